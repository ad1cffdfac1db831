import { describe, expect, test } from "vitest";
import { type Access, can, noAccess, type Permission, type Role, roleIn, whyNotAllowed } from "./role.ts";

const access = (change: Partial<Access>): Access => ({ ...noAccess, ...change });
const everywhere = (defaultRole: Role) => access({ defaultRole });

describe("the role that counts", () => {
  test.each<[string, Access, string, Role | null]>([
    ["the default where the environment is not named", access({ defaultRole: "viewer", roles: { staging: "admin" } }), "production", "viewer"],
    ["the named one, also when it is weaker", access({ defaultRole: "admin", roles: { production: "viewer" } }), "production", "viewer"],
    ["none where none was named", access({ defaultRole: "admin", roles: { production: null } }), "production", null],
    ["none without anything", noAccess, "production", null],
    ["never one of the object's own words", noAccess, "constructor", null],
  ])("is %s", (_, given, environment, role) => {
    expect(roleIn(given, environment)).toBe(role);
  });
});

describe("what may be done", () => {
  test.each<[Permission, Role, boolean]>([
    ["fleet.read", "viewer", true],
    ["rollout.start", "viewer", false],
    ["rollout.start", "operator", true],
    ["rollout.approve", "operator", false],
    ["rollout.approve", "approver", true],
    ["command.define", "approver", false],
    ["freeze.override", "approver", false],
    ["fleet.create", "approver", false],
    ["fleet.create", "admin", true],
    ["runtime.stop", "admin", true],
  ])("%s by a %s: %s", (permission, role, expected) => {
    expect(can(everywhere(role), permission, "production")).toBe(expected);
  });

  test("a role of one environment counts nowhere else", () => {
    const inStaging = access({ roles: { staging: "admin" } });
    expect(can(inStaging, "rollout.start", "staging")).toBe(true);
    expect(can(inStaging, "fleet.read", "production")).toBe(false);
  });

  test("plans and releases, which have no environment, ask for the highest role held anywhere", () => {
    expect(can(access({ defaultRole: "viewer", roles: { staging: "operator" } }), "plan.save", null)).toBe(true);
    expect(can(everywhere("viewer"), "plan.save", null)).toBe(false);
  });

  test("an admin of one environment cannot do what reaches all of them", () => {
    expect(can(access({ defaultRole: "viewer", roles: { staging: "admin" } }), "runtime.stop", null)).toBe(false);
  });

  test("a permission given by itself holds wherever the person has a role, and not where there is none", () => {
    const given = access({ roles: { staging: "viewer", production: null }, granted: ["freeze.override"] });
    expect(can(given, "freeze.override", "staging")).toBe(true);
    expect(can(given, "freeze.override", "production")).toBe(false);
    expect(can(given, "command.define", null)).toBe(false);
  });
});

describe("a refusal", () => {
  test.each<[string, string | null]>([
    [
      whyNotAllowed(everywhere("viewer"), "rollout.start", "production", ["Ada", "Grace"]) ?? "",
      "This needs the role operator in production; you are viewer there. Ask Ada or Grace.",
    ],
    [whyNotAllowed(noAccess, "fleet.read", "production", ["Ada"]) ?? "", "This needs the role viewer in production; you have none there. Ask Ada."],
    [
      whyNotAllowed(everywhere("operator"), "command.define", null, []) ?? "",
      "This needs the role admin in some environment, or the permission command.define; you are operator. Ask an admin.",
    ],
  ])("names what is missing and who can give it: %s", (said, expected) => {
    expect(said).toBe(expected);
  });

  test("is none for who may", () => {
    expect(whyNotAllowed(everywhere("admin"), "runtime.stop", null, [])).toBeNull();
  });
});
