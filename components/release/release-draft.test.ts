import { expect, test } from "vitest";
import type { Release } from "#domain/release.ts";
import { repeatedKey } from "./env-draft.ts";
import { draftFrom, emptyDraft, toRecordInput } from "./release-draft.ts";

const release: Release = {
  releaseId: "0198c0de-0000-7000-8000-000000000001",
  service: "shop",
  name: "1.0",
  artifact: { type: "process", command: ["node", "a b.mjs"], directory: "/srv/shop" },
  digest: "d",
  env: { LEVEL: "info", KEY: { secret: "env:TIDELINE_SECRET_KEY" } },
  recordedAt: 0,
};

test("a draft of a release records the same program again, under a name still to be given", () => {
  expect(toRecordInput({ ...draftFrom(release), name: "1.1" }, "shop")).toEqual({
    service: "shop",
    name: "1.1",
    command: ["node", "a b.mjs"],
    directory: "/srv/shop",
    env: { LEVEL: "info", KEY: { secret: "env:TIDELINE_SECRET_KEY" } },
  });
});

test("without a release the draft is empty", () => expect(draftFrom(undefined)).toBe(emptyDraft));

test("empty rows do not count, half empty ones do", () => {
  const env = [
    { row: 0, key: "", value: "", isSecret: false },
    { row: 1, key: "A", value: "", isSecret: false },
  ];
  expect(toRecordInput({ ...emptyDraft, env }, "shop").env).toEqual({ A: "" });
});

test("a name given twice is found", () => {
  const rows = ["A", "B", "A"].map((key, row) => ({ row, key, value: "", isSecret: false }));
  expect(repeatedKey(rows)).toBe("A");
  expect(repeatedKey(rows.slice(0, 2))).toBeNull();
});
