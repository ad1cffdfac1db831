import { describe, expect, test } from "vitest";
import type { Freeze } from "#domain/fleet.ts";
import { Plan, type Window } from "#domain/plan.ts";
import { describeFirstBatchWait, describeNextBatch, describeWindow } from "./window-words.ts";

const window = (change: Partial<Window>): Window => Plan.parse({ windows: [change] }).windows[0] as Window;
const office = window({ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00", zone: "Europe/Berlin" });
/** A Thursday, 22:00 in Berlin. */
const thursdayNight = Date.UTC(2026, 10, 26, 21);
const freeze = (until: number | null): Freeze => ({ until, reason: "inventory", by: "Ada", since: 0 });

test.each<[Window, string]>([
  [office, "Mon–Fri 09:00–17:00 Europe/Berlin"],
  [window({}), "every day all day UTC"],
  [window({ days: ["sun", "sat"], from: "22:00", to: "04:00" }), "Sat, Sun 22:00–04:00 UTC"],
  [window({ days: ["mon", "wed", "thu", "fri"] }), "Mon, Wed–Fri all day UTC"],
])("%j", (given, words) => {
  expect(describeWindow(given)).toBe(words);
});

describe("when the next batch could start", () => {
  test("without windows at any time", () => expect(describeNextBatch([], thursdayNight)).toBe("A batch may start at any time."));
  test("now, while one is open", () => expect(describeNextBatch([office], thursdayNight - 8 * 3_600_000)).toContain("could start now"));
  test("at the next opening, on the window's own clocks", () =>
    expect(describeNextBatch([office], thursdayNight)).toBe("The next batch could start Fri 27 Nov, 09:00 Europe/Berlin, in 11 h."));
});

describe("what the first batch waits for", () => {
  test("nothing", () => expect(describeFirstBatchWait([], null, thursdayNight)).toBeNull());
  test("a freeze that has passed holds nothing", () => expect(describeFirstBatchWait([], freeze(thursdayNight - 1), thursdayNight)).toBeNull());
  test("an open-ended freeze waits for a person", () =>
    expect(describeFirstBatchWait([office], freeze(null), thursdayNight)).toContain("until somebody lifts the freeze"));
  test("the later of freeze and window counts", () => {
    const words = describeFirstBatchWait([office], freeze(thursdayNight + 3_600_000), thursdayNight);
    expect(words).toContain("frozen and no window of the plan is open");
    expect(words).toContain("11 h from now");
  });
});
