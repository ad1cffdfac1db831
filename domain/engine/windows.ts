import { type Window, weekdays } from "../plan.ts";

/**
 * Wall-clock windows, exact over changes of daylight saving time: what counts is what a clock on the wall of that zone
 * shows. An hour that does not exist opens at the first moment after it; one that comes twice is open both times.
 */

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
/** A weekly window opens again within a week; one more day covers any change of clocks. */
const daysAhead = 9;
/** Clocks change by at most so much. */
const changeMinutesMax = 3 * 60;

interface WallTime {
  /** Monday is 0. */
  readonly weekday: number;
  readonly minutes: number;
}

/** Null while one of the windows is open, or there are none; else when the next one opens. */
export function windowOpensAt(windows: readonly Window[], now: number): number | null {
  if (windows.length === 0 || windows.some((window) => isOpen(window, now))) return null;
  return Math.min(...windows.map((window) => nextOpening(window, now)));
}

export function isOpen(window: Window, now: number): boolean {
  const { weekday, minutes } = wallTimeAt(window.zone, now);
  const from = toMinutes(window.from);
  const to = toMinutes(window.to);
  if (from < to) return hasDay(window, weekday) && minutes >= from && minutes < to;
  // Across midnight: the part after midnight belongs to the day on which the window opened.
  return (hasDay(window, weekday) && minutes >= from) || (hasDay(window, weekday + 6) && minutes < to);
}

/** The first moment after `now` at which the window is open, to the minute. */
function nextOpening(window: Window, now: number): number {
  const minute = Math.floor(now / minuteMs) * minuteMs;
  for (let day = 0; day < daysAhead; day += 1) {
    const opening = openingNear(window, minute + day * dayMinutes * minuteMs);
    if (opening > now) return opening;
  }
  return Number.POSITIVE_INFINITY;
}

/** When the window opens on the wall-clock day of this moment; in the past or −∞ when it does not open after it. */
function openingNear(window: Window, moment: number): number {
  const { weekday, minutes } = wallTimeAt(window.zone, moment);
  if (!hasDay(window, weekday)) return Number.NEGATIVE_INFINITY;
  const guess = moment + (toMinutes(window.from) - minutes) * minuteMs;
  if (!isClockChangeNear(window.zone, guess)) return guess;
  // Earliest first: of an hour that comes twice the first one counts.
  for (let shift = -changeMinutesMax; shift <= changeMinutesMax; shift += 1)
    if (opensAt(window, guess + shift * minuteMs)) return guess + shift * minuteMs;
  return guess;
}

/** Whether the wall's clock runs on evenly around this moment. */
function isClockChangeNear(zone: string, moment: number): boolean {
  const before = wallTimeAt(zone, moment - changeMinutesMax * minuteMs);
  const after = wallTimeAt(zone, moment + changeMinutesMax * minuteMs);
  return (after.minutes - before.minutes + dayMinutes) % dayMinutes !== 2 * changeMinutesMax;
}

/** Closed the minute before and open at this one, on the window's own day. */
function opensAt(window: Window, moment: number): boolean {
  return isOpen(window, moment) && !isOpen(window, moment - minuteMs);
}

function hasDay(window: Window, weekday: number): boolean {
  const day = weekdays[weekday % 7];
  return day !== undefined && window.days.includes(day);
}

function toMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallTimeAt(zone: string, at: number): WallTime {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    formats.set(zone, format);
  }
  const parts = format.formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  const weekday = (weekdays as readonly string[]).indexOf(part("weekday").toLowerCase());
  return { weekday, minutes: Number(part("hour")) * 60 + Number(part("minute")) };
}
