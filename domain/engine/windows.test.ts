import { describe, expect, test } from "vitest";
import { Window } from "../plan.ts";
import { windowOpensAt } from "./windows.ts";

const office = Window.parse({ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00", zone: "Europe/Berlin" });
const night = Window.parse({ days: ["fri"], from: "22:00", to: "02:00", zone: "UTC" });
const early = Window.parse({ from: "02:30", to: "03:30", zone: "Europe/Berlin" });
const always = Window.parse({});

describe("a window", () => {
  test.each<[string, Window[], string, string | null]>([
    ["no windows: always open", [], "2026-11-26T12:00:00Z", null],
    ["a whole day, every day", [always], "2026-11-26T23:59:00Z", null],
    ["inside", [office], "2026-11-26T12:00:00Z", null],
    ["its first minute is inside", [office], "2026-11-26T08:00:00Z", null],
    ["its last minute is not", [office], "2026-11-26T16:00:00Z", "2026-11-27T08:00:00Z"],
    ["before", [office], "2026-11-26T07:59:00Z", "2026-11-26T08:00:00Z"],
    ["after, on a Friday: on Monday", [office], "2026-11-27T16:30:00Z", "2026-11-30T08:00:00Z"],
    ["seconds count", [office], "2026-11-26T07:59:59Z", "2026-11-26T08:00:00Z"],
    ["across midnight, before it", [night], "2026-11-27T23:00:00Z", null],
    ["across midnight, after it: still Friday's", [night], "2026-11-28T01:59:00Z", null],
    ["across midnight, over", [night], "2026-11-28T02:00:00Z", "2026-12-04T22:00:00Z"],
    ["the early morning of its own day is not inside", [night], "2026-11-27T01:00:00Z", "2026-11-27T22:00:00Z"],
    ["the nearest of two", [office, night], "2026-11-27T16:30:00Z", "2026-11-27T22:00:00Z"],
    // Clocks in Berlin go from 02:00 to 03:00 on 29 March 2026 and from 03:00 back to 02:00 on 25 October 2026.
    ["the hour that does not exist: at the first moment after it", [early], "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"],
    ["summer: the wall's nine o'clock is an hour earlier", [office], "2026-03-30T05:00:00Z", "2026-03-30T07:00:00Z"],
    ["before the change for tomorrow's window", [office], "2026-03-27T20:00:00Z", "2026-03-30T07:00:00Z"],
    ["the hour that comes twice: open the first time", [early], "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"],
    ["the hour that comes twice: open the second time", [early], "2026-10-25T01:45:00Z", null],
    ["a zone with a half hour", [Window.parse({ from: "09:00", to: "10:00", zone: "Asia/Kolkata" })], "2026-11-26T00:00:00Z", "2026-11-26T03:30:00Z"],
  ])("%s", (_, windows, at, opens) => {
    const opensAt = windowOpensAt(windows, Date.parse(at));
    expect(opensAt === null ? null : new Date(opensAt).toISOString().replace(".000", "")).toBe(opens);
  });
});
