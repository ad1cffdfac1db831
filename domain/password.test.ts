import { describe, expect, test } from "vitest";
import { Password, whyGuessable } from "./password.ts";
import { passwordLengthMax } from "./password-length.ts";

const owner = { name: "Grace Hopper", email: "amazing@navy.example" };
const common = new Set(["iloveyou", "password", "qwertyuiop12", "123456789012"]);

describe("a password", () => {
  test.each(["x".repeat(12), "x".repeat(64), "four words with spaces", "пароль из слов", "😀".repeat(12)])(
    "of 12 to 128 characters may be %s",
    (password) => {
      expect(Password.parse(password)).toBe(password);
    },
  );

  test.each([
    ["eleven char", /at least 12/],
    ["x".repeat(passwordLengthMax + 1), /at most 128/],
  ])("is refused by its length: %s", (password, message) => {
    expect(() => Password.parse(password)).toThrow(message);
  });
});

describe("somebody would guess", () => {
  test.each([
    ["a common one", "qwertyuiop12", /tried first/],
    ["one in capitals", "QWERTYuiop12", /tried first/],
    ["one with a year and a mark", "!!iloveyou2026!!", /tried first/],
    ["one written twice", "passwordpassword", /tried first/],
    ["the product's name", "my-Tideline-secret", /"tideline"/],
    ["the person's name", "hopper likes tea", /"hopper"/],
    ["the person's address", "so amazing really", /"amazing"/],
    ["a few characters repeated", "abababababab", /repeats/],
  ])("%s", (_, password, message) => {
    expect(whyGuessable(password, owner, common)).toMatch(message);
  });

  test.each(["correct horse battery", "a long enough passphrase", "iloveyoutoothough"])("not %s", (password) => {
    expect(whyGuessable(password, owner, common)).toBeNull();
  });

  test("short words of a name are in too many passwords to count", () => {
    expect(whyGuessable("an adamant walrus", { name: "Ada", email: "ada@a.io" }, common)).toBeNull();
  });
});
