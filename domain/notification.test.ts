import { expect, test } from "vitest";
import { Destination } from "./notification.ts";
import { problemsOf } from "./problems.ts";

const webhook = {
  kind: "webhook",
  name: "ops",
  url: "https://hooks.example.com/tideline?team=shop",
  key: "env:TIDELINE_SECRET_HOOK",
  scope: { type: "environment", environment: "production" },
  about: ["attention"],
};
const slack = { kind: "slack", name: "ops", url: "file:/run/secrets/slack", scope: webhook.scope, about: ["ends"] };

test.each([
  ["a webhook", webhook],
  ["a webhook of which the address is a secret", { ...webhook, url: "env:TIDELINE_SECRET_URL" }],
  ["Slack", slack],
])("takes %s", (_, input) => {
  expect(Destination.parse(input)).toEqual(input);
});

test.each([
  ["an address with a password", { ...webhook, url: "https://ada:hunter2@example.com" }, "url", "without a name, password"],
  ["another kind of address", { ...webhook, url: "ftp://example.com/hunter2" }, "url", "Give an http or https URL"],
  ["a Slack address that is written down", { ...slack, url: "https://hooks.slack.com/services/hunter2" }, "url", "is not kept here"],
  ["a key that is written down", { ...webhook, key: "hunter2hunter2hunter2" }, "key", "is not kept here"],
  ["no key", { ...webhook, key: undefined }, "key", ""],
  ["nothing to hear of", { ...webhook, about: [] }, "about", "at least one"],
  ["one thing twice", { ...webhook, about: ["ends", "ends"] }, "about", "once"],
  ["nowhere", { ...webhook, scope: { type: "team" } }, "scope.type", ""],
])("refuses %s, at its field and without repeating it", (_, input, field, says) => {
  const { error } = Destination.safeParse(input);
  const problems = error ? problemsOf(error) : [];
  expect(problems).toEqual([{ field, message: expect.stringContaining(says) }]);
  expect(JSON.stringify(error?.issues)).not.toContain("hunter2");
});
