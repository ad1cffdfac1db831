import { expect, test } from "vitest";
import { hasSecret, looksSecret } from "./secret-looks.ts";

test.each([
  ["DB_PASSWORD", "x"],
  ["PGPASS", "x"],
  ["dbPassword", "x"],
  ["STRIPE_API_KEY", "x"],
  ["apiKey", "x"],
  ["JWT_SECRET", "x"],
  ["GITHUB_TOKEN", "x"],
  ["SESSION_SALT", "x"],
  ["SENTRY_DSN", "x"],
  ["KEY", "x"],
  ["DATABASE_URL", "postgres://shop:hunter2@db/shop"],
  ["CONNECTION", "Server=db;Password=hunter2"],
  ["CERT", "-----BEGIN PRIVATE KEY-----"],
  ["ID", "AKIAIOSFODNN7EXAMPLE"],
])("%s=%s looks like a secret", (variable, text) => expect(looksSecret(variable, text)).toBe(true));

test.each([
  ["LOG_LEVEL", "info"],
  ["PORT", "8080"],
  ["KEYBOARD", "de"],
  ["MONKEY", "yes"],
  ["AUTHOR", "Ada"],
  ["DATABASE_URL", "postgres://db/shop"],
  ["UPSTREAM", "http://shop@api:8080/"],
])("%s=%s does not", (variable, text) => expect(looksSecret(variable, text)).toBe(false));

test("an argument may hold one", () => {
  expect(["--password=hunter2", "--token: x", "https://a:b@c/", "--db-password", "-apikey"].map(hasSecret)).toEqual([true, true, true, true, true]);
  expect(["--verbose", "--listen=:8080", "-c", "redis://cache:6379"].map(hasSecret)).toEqual([false, false, false, false]);
});
