import { expect, test } from "vitest";
import { describeApprovers } from "./approver-words.ts";

const people = ["Ada", "Grace", "Linus", "Edith", "Alan", "Barbara"].map((name) => ({ userId: name.toLowerCase(), name }));
const startedBy = { type: "person", userId: "ada", name: "Ada" } as const;

test.each([
  [people.slice(0, 1), "Nobody else may approve in production: an admin can make somebody an approver there."],
  [people.slice(0, 2), "Grace may approve it."],
  [people.slice(0, 4), "Grace, Linus or Edith may approve it."],
  [people, "Grace, Linus, Edith, Alan or another of 5 people may approve it."],
])("who may approve what Ada asked for, of %o", (approvers, words) => {
  expect(describeApprovers(approvers, { startedBy, environment: "production" })).toBe(words);
});
