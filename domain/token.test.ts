import { expect, test } from "vitest";
import { type Access, noAccess } from "./role.ts";
import { limitAccess, whyBeyond } from "./token.ts";

const access = (change: Partial<Access>): Access => ({ ...noAccess, ...change });
const admin = access({ defaultRole: "admin" });

test.each<[string, Access, Access, Access]>([
  ["the scope, where the owner may do more", admin, access({ roles: { staging: "operator" } }), access({ roles: { staging: "operator" } })],
  [
    "the owner's role, where that is weaker by now",
    access({ defaultRole: "viewer" }),
    access({ defaultRole: "operator" }),
    access({ defaultRole: "viewer" }),
  ],
  [
    "the weaker of both in an environment that one of them names",
    access({ defaultRole: "admin", roles: { production: "viewer" } }),
    access({ defaultRole: "operator", roles: { staging: "viewer" } }),
    access({ defaultRole: "operator", roles: { production: "viewer", staging: "viewer" } }),
  ],
  ["nothing of an owner without a role", noAccess, admin, noAccess],
  [
    "what is granted, while the owner holds it",
    admin,
    access({ defaultRole: "operator", granted: ["command.define"] }),
    access({ defaultRole: "operator", granted: ["command.define"] }),
  ],
  [
    "nothing granted that the owner does not hold",
    access({ defaultRole: "admin", roles: { production: "viewer" } }),
    access({ defaultRole: "viewer", granted: ["freeze.override"] }),
    access({ defaultRole: "viewer", roles: { production: "viewer" } }),
  ],
])("a token may do %s", (_, own, scope, expected) => {
  expect(limitAccess(own, scope)).toEqual(expected);
});

test.each<[Access, Access, string | null]>([
  [admin, admin, null],
  [access({ defaultRole: "operator" }), access({ roles: { production: "viewer" } }), null],
  [
    access({ defaultRole: "viewer", roles: { staging: "operator" } }),
    access({ roles: { staging: "admin" } }),
    "You are operator in staging: a token of yours cannot be admin there.",
  ],
  [
    access({ defaultRole: "operator", roles: { production: null } }),
    access({ defaultRole: "operator" }),
    "You are without a role in production: a token of yours cannot be operator there.",
  ],
  [
    access({ roles: { staging: "admin" } }),
    access({ defaultRole: "viewer", roles: { staging: "viewer" } }),
    "You are without a role in the environments that are not named: a token of yours cannot be viewer there.",
  ],
  [access({ defaultRole: "operator" }), access({ granted: ["command.define"] }), "You do not hold command.define yourself."],
])("of %o a token with %o: %s", (own, scope, why) => {
  expect(whyBeyond(own, scope)).toBe(why);
});
