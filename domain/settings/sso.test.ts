import { expect, test } from "vitest";
import { type Access, noAccess } from "../role.ts";
import { accessOfGroups, GroupRoles } from "./sso.ts";

const groupRoles = GroupRoles.parse({
  "platform-admins": "admin",
  everybody: "viewer",
  shop: { staging: "operator", production: "viewer" },
  "cn=on-call,ou=shop": { production: "approver" },
});

test.each<[string, readonly string[], Partial<Access>]>([
  ["no group", [], {}],
  ["a group that means nothing", ["constructor", "sales"], {}],
  ["one for all environments", ["platform-admins"], { defaultRole: "admin" }],
  ["one by environment", ["shop"], { roles: { production: "viewer", staging: "operator" } }],
  ["the stronger of two in each", ["shop", "cn=on-call,ou=shop"], { roles: { production: "approver", staging: "operator" } }],
  ["no less in one environment than in all", ["platform-admins", "shop"], { defaultRole: "admin", roles: { production: "admin", staging: "admin" } }],
])("%s", (_, groups, expected) => {
  expect(accessOfGroups({ groupRoles, newcomers: null }, groups)).toEqual({ ...noAccess, ...expected });
});

test("nobody has less than a newcomer", () => {
  expect(accessOfGroups({ groupRoles, newcomers: "viewer" }, [])).toEqual({ ...noAccess, defaultRole: "viewer" });
  expect(accessOfGroups({ groupRoles: null, newcomers: null }, ["platform-admins"])).toEqual(noAccess);
});
