import { verifyPassword } from "better-auth/crypto";
import { expect, test } from "vitest";
import { hashNewPassword } from "./password.ts";

const owner = { name: "Ada", email: "ada@example.org" };

test("keeps a hash of a good one", async () => {
  const hash = await hashNewPassword("correct horse battery", owner);
  expect(await verifyPassword({ hash, password: "correct horse battery" })).toBe(true);
});

test.each(["123456789012", "Passw0rd!2026", "iloveyou12345", "1qaz2wsx3edc"])(
  "the list of common ones holds %s, with or without what is around it",
  async (password) => {
    await expect(hashNewPassword(password, owner, "newPassword")).rejects.toMatchObject({ code: "invalid", problems: [{ field: "newPassword" }] });
  },
);
