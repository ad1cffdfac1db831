import { expect, test } from "vitest";
import { noAccess } from "#domain/role.ts";
import { authorize, visible } from "./authorize.ts";

const operator = { access: { ...noAccess, defaultRole: "viewer", roles: { staging: "operator" } }, grantors: ["Ada"] } as const;

test("lets through who holds the permission where the thing is", () => {
  expect(() => authorize(operator, "rollout.start", "staging")).not.toThrow();
});

test("refuses who does not, and names the role, the place and who can give it", () => {
  expect(() => authorize(operator, "rollout.start", "production")).toThrow(
    "This needs the role operator in production; you are viewer there. Ask Ada.",
  );
});

test("shows only environments in which there is a role", () => {
  const { access } = operator;
  expect(visible({ access }, ["production", "staging"])).toEqual(["production", "staging"]);
  expect(visible({ access: { ...access, defaultRole: null } }, ["production", "staging"])).toEqual(["staging"]);
});
