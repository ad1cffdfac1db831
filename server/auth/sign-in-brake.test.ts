import { beforeEach, describe, expect, test } from "vitest";
import { createSignInBrake, type SignInBrake, type SignInTry } from "./sign-in-brake.ts";

let now: number;
let brake: SignInBrake;
beforeEach(() => {
  now = 0;
  brake = createSignInBrake(() => now);
});

const stranger: SignInTry = { email: "ada@example.org", address: "203.0.113.7", device: null };
const other = (index: number): SignInTry => ({ email: `someone-${index}@example.org`, address: `198.51.100.${index}`, device: null });

/** Tries as soon as the brake lets it; answers with the pauses it had to make. */
function keepTrying(tried: (index: number) => SignInTry, times: number): number[] {
  return Array.from({ length: times }, (_, index) => {
    const waitMs = brake.begin(tried(index));
    if (waitMs === 0) return 0;
    now += waitMs;
    expect(brake.begin(tried(index))).toBe(0);
    return waitMs;
  });
}

describe("wrong tries", () => {
  test("of one account cost nothing five times, then a pause that doubles up to a quarter of an hour", () => {
    const pauses = keepTrying((index) => ({ ...stranger, address: `203.0.113.${index}` }), 18);
    expect(pauses.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000]);
    expect(pauses.at(-1)).toBe(15 * 60_000);
  });

  test("of one address cost nothing twenty times, whatever the accounts", () => {
    const pauses = keepTrying((index) => ({ ...other(index), address: stranger.address }), 22);
    expect(pauses.slice(0, 20)).toEqual(Array(20).fill(0));
    expect(pauses.slice(20)).toEqual([1_000, 2_000]);
  });

  test("from one IPv6 network count together", () => {
    const hosts = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:0db8:0001:0002:0:0:0:9"];
    keepTrying((index) => ({ ...other(index), address: hosts[index % 3] ?? "" }), 20);
    expect(brake.begin({ ...other(99), address: "2001:db8:1:2::abcd" })).toBe(1_000);
    expect(brake.begin({ ...other(98), address: "2001:db8:1:3::1" })).toBe(0);
  });

  test("at the same moment are counted one by one, before any is answered", () => {
    const answers = Array.from({ length: 50 }, () => brake.begin(stranger));
    expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(5);
  });

  test("while one must wait are not counted, and after an hour of rest all is forgotten", () => {
    for (let index = 0; index < 100; index += 1) brake.begin(stranger);
    expect(brake.begin(stranger)).toBe(1_000);
    now += 60 * 60_000;
    expect(brake.begin(stranger)).toBe(0);
    expect(brake.begin(stranger)).toBe(0);
  });
});

describe("the owner", () => {
  const owner: SignInTry = { ...stranger, device: "browser" };

  test("signs in at once where they did before, however hard strangers try", () => {
    keepTrying((index) => ({ ...stranger, address: `203.0.113.${index}` }), 30);
    expect(brake.begin(stranger)).toBeGreaterThan(0);
    expect(brake.begin(owner)).toBe(0);
    brake.succeeded(owner);
    expect(brake.begin(owner)).toBe(0);
  });

  test("is slowed down by wrong tries of their own browser, until a right one", () => {
    expect(keepTrying(() => owner, 7).slice(5)).toEqual([1_000, 2_000]);
    now += 4_000;
    expect(brake.begin(owner)).toBe(0);
    brake.succeeded(owner);
    expect(keepTrying(() => owner, 4)).toEqual([0, 0, 0, 0]);
  });

  test("who signs in all day from one address is never slowed down", () => {
    for (let index = 0; index < 200; index += 1) {
      expect(brake.begin(stranger)).toBe(0);
      brake.succeeded(stranger);
    }
  });

  test("who is right does not wipe out the wrong tries of others", () => {
    keepTrying((index) => ({ ...stranger, address: `203.0.113.${index}` }), 8);
    now += 20_000;
    expect(brake.begin(stranger)).toBe(0);
    brake.succeeded(stranger);
    expect(brake.begin({ ...stranger, address: "192.0.2.1" })).toBeGreaterThan(0);
  });
});

test("remembers ten thousand accounts and forgets the quietest", () => {
  const named = (index: number): SignInTry => ({
    email: `a${index}@example.org`,
    address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    device: null,
  });
  for (let times = 0; times < 5; times += 1) brake.begin(named(0));
  expect(brake.begin(named(0))).toBeGreaterThan(0);
  for (let index = 1; index <= 10_000; index += 1) brake.begin(named(index));
  expect(brake.begin(named(0))).toBe(0);
});
