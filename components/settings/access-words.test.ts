import { expect, test } from "vitest";
import { type Access, noAccess } from "#domain/role.ts";
import { formatAccess } from "./access-words.ts";

test.each<[Access, string]>([
  [{ ...noAccess, defaultRole: "admin" }, "admin in all environments"],
  [noAccess, "no role yet"],
  [
    { ...noAccess, defaultRole: "viewer", roles: { production: null, staging: "operator" } },
    "no role in production, operator in staging, viewer elsewhere",
  ],
])("%o reads %s", (access, words) => {
  expect(formatAccess(access)).toBe(words);
});
