import { formatMomentIn } from "#components/ui/moment.ts";
import { formatDuration } from "#domain/duration.ts";
import { windowOpensAt } from "#domain/engine/windows.ts";
import type { Freeze } from "#domain/fleet.ts";
import { type Window, weekdays } from "#domain/plan.ts";

export const dayNames: Readonly<Record<Window["days"][number], string>> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** "Mon–Fri 09:00–17:00 Europe/Berlin". */
export function describeWindow({ days, from, to, zone }: Window): string {
  const hours = from === "00:00" && to === "24:00" ? "all day" : `${from}–${to}`;
  return `${describeDays(days)} ${hours} ${zone}`;
}

/** Days that follow one another are a range: "Mon–Fri", "Mon, Wed", "every day". */
function describeDays(days: Window["days"]): string {
  const chosen = weekdays.filter((day) => days.includes(day));
  if (chosen.length === weekdays.length) return "every day";
  const runs: string[][] = [];
  for (const day of chosen) {
    const run = runs.at(-1);
    if (run && weekdays.indexOf(day) === (weekdays as readonly string[]).indexOf(run.at(-1) ?? "") + 1) run.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${nameOf(run[0])}–${nameOf(run.at(-1))}` : run.map(nameOf).join(", "))).join(", ");
}

function nameOf(day: string | undefined): string {
  return dayNames[day as Window["days"][number]] ?? "";
}

/** When the next batch could start if it were ready now. */
export function describeNextBatch(windows: readonly Window[], now: number): string {
  if (windows.length === 0) return "A batch may start at any time.";
  const opensAt = windowOpensAt(windows, now);
  if (opensAt === null) return "A window is open: the next batch could start now.";
  if (!Number.isFinite(opensAt)) return "No window ever opens: no batch could start.";
  const zone = windows.find((window) => windowOpensAt([window], now) === opensAt)?.zone ?? "UTC";
  return `The next batch could start ${formatMomentIn(opensAt, zone)} ${zone}, in ${formatDuration(opensAt - now)}.`;
}

/** What keeps the first batch of a rollout that is started now waiting; null when nothing does. */
export function describeFirstBatchWait(windows: readonly Window[], freeze: Freeze | null, now: number): string | null {
  const opensAt = windowOpensAt(windows, now);
  const isFrozen = freeze !== null && (freeze.until === null || freeze.until > now);
  if (isFrozen && freeze.until === null) return "The fleet is frozen: the first batch will wait until somebody lifts the freeze.";
  const until = Math.max(opensAt ?? 0, isFrozen ? (freeze.until ?? 0) : 0);
  if (until === 0) return null;
  const why = isFrozen
    ? opensAt === null
      ? "The fleet is frozen"
      : "The fleet is frozen and no window of the plan is open"
    : "No window of the plan is open";
  return `${why}: the first batch will wait until ${formatMomentIn(until)}, ${formatDuration(until - now)} from now.`;
}
