import { expect, test } from "vitest";
import type { Access } from "#domain/role.ts";
import { newAccess, repeatedName, toAccess, toDraft, withRow, withRowAdded, withRowRemoved } from "./access-draft.ts";

const access: Access = { defaultRole: "viewer", roles: { production: null, staging: "operator" }, granted: ["freeze.override"] };

test("what is not changed stays as it is", () => {
  expect(toAccess(toDraft(access))).toEqual(access);
});

test("an environment is added, named, given a role and taken away again", () => {
  const added = withRowAdded(toDraft(access));
  expect(toAccess(added)).toEqual(access);
  const named = withRow(added, 2, { environment: " eu ", role: "admin" });
  expect(toAccess(named).roles).toEqual({ ...access.roles, eu: "admin" });
  expect(toAccess(withRowRemoved(named, 0)).roles).toEqual({ staging: "operator", eu: "admin" });
});

test("one that stands twice is named", () => {
  const twice = withRow(withRowAdded(toDraft(access)), 2, { environment: "staging" });
  expect(repeatedName(twice)).toBe("staging");
  expect(repeatedName(withRowAdded(withRowAdded(newAccess)))).toBeNull();
});
