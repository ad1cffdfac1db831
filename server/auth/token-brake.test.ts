import { expect, test } from "vitest";
import { createTokenBrake } from "./token-brake.ts";

test("after thirty wrong ones in a minute another is not looked up, from there and for that minute", () => {
  let now = 0;
  const brake = createTokenBrake(() => now);
  for (let tries = 0; tries < 30; tries += 1) {
    expect(brake.mayLookUp(`w${tries}`, "203.0.113.7")).toBe(true);
    brake.wrong(`w${tries}`, "203.0.113.7");
  }
  expect(brake.mayLookUp("x", "203.0.113.7")).toBe(false);
  expect(brake.mayLookUp("x", "203.0.113.8")).toBe(true);
  now = 60_000;
  expect(brake.mayLookUp("x", "203.0.113.7")).toBe(true);
});

test("one that was right before goes through, until it is wrong", () => {
  const brake = createTokenBrake(() => 0);
  brake.right("good");
  for (let tries = 0; tries < 40; tries += 1) brake.wrong("old", "203.0.113.7");
  expect(brake.mayLookUp("good", "203.0.113.7")).toBe(true);
  brake.wrong("good", "203.0.113.7");
  expect(brake.mayLookUp("good", "203.0.113.7")).toBe(false);
});
