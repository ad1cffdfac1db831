import { describeEvent } from "#domain/engine/event-sentence.ts";
import { describeWaiting } from "#domain/engine/sentence.ts";
import type { StoredRollout } from "#domain/simulation/book.ts";
import { type Report, type RolloutReport, reportOf } from "#domain/simulation/report.ts";
import type { ScenarioRun } from "#domain/simulation/scenario.ts";
import type { Scenario } from "#domain/simulation/scenario-file.ts";

const namedMax = 12;

/** What happened in a run, for people: headings, aligned columns, virtual times in seconds. */
export function printRun(scenario: Scenario, run: ScenarioRun): string {
  const report = reportOf(scenario, run);
  const sections = [
    ...run.plane.book.rollouts.map((stored, index) => printRollout(stored, report.rollouts[index], run.plane.world.now)),
    section("Never", printNever(report)),
    section("Fleet", printFleet(report)),
    section("Requests", printRequests(report)),
    section(
      "Refused",
      report.refused.map((refused) => `${seconds(refused.atMs)}  ${refused.do}  ${refused.code}: ${refused.message}`),
    ),
  ];
  const cut = run.isAtRest ? "" : `\nCut at ${seconds(run.plane.world.now).trim()}: not every rollout had come to rest.\n`;
  return `${sections.filter(Boolean).join("\n")}${cut}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function printRollout(stored: StoredRollout, report: RolloutReport | undefined, now: number): string {
  if (!report) return "";
  const { state, events } = stored;
  const ended = report.endedAtMs === null ? "" : ` after ${seconds(report.endedAtMs - report.startedAtMs).trim()}`;
  const kind = report.kind === "rollback" ? "rollback to " : "";
  const waiting = report.waiting.map((wait) => describeWaiting(wait, now, state));
  const notes = [
    ...(report.reason === null ? [] : [report.reason]),
    ...waiting,
    ...list("failed", report.failed),
    ...list("skipped", report.skipped),
    ...list("was already unhealthy", report.wasUnhealthy),
    ...(report.cutRequests > 0 ? [`${report.cutRequests} requests were cut`] : []),
    ...report.evidence.map(({ metric, state: verdict, lnE }) => `evidence on ${metric}: ${verdict}, ln E ${lnE}`),
  ];
  const told = events.filter(({ type }) => type !== "waiting.changed").map((event) => `${seconds(event.at)}  ${describeEvent(event, state)}`);
  return [
    section(`${report.id}  ${kind}${report.release}  ${report.status}${ended}`, notes),
    section("Batches", printBatches(report)),
    section("Events", told),
  ].join("");
}

function list(name: string, instanceIds: readonly string[]): string[] {
  return instanceIds.length === 0 ? [] : [`${name}: ${shorten(instanceIds)}`];
}

function shorten(names: readonly string[]): string {
  return names.length <= namedMax ? names.join(" ") : `${names.slice(0, namedMax).join(" ")} … ${names.length} in all`;
}

function printBatches({ batches }: RolloutReport): string[] {
  if (batches.length === 0) return [];
  const rows = batches.map(({ number, instances, startedAtMs, settledAtMs, openedAtMs }) => [
    String(number),
    seconds(startedAtMs),
    settledAtMs === null ? "–" : seconds(settledAtMs),
    openedAtMs === null ? "–" : seconds(openedAtMs),
    shorten(instances),
  ]);
  return columns([["", "opened", "settled", "gate open", "instances"], ...rows]);
}

/** Numbers to the right, the last column as it is. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column] ?? 0))).join("  "));
}

function printNever({ never }: Report): string[] {
  return columns([
    [String(never.minInRotation), `fewest in rotation; the floor was ${never.floor}`],
    [String(never.maxInstances), `most units; the ceiling was ${never.ceiling}`],
    [String(never.maxInFlight), "most updates in flight"],
  ]);
}

function printFleet({ fleet }: Report): string[] {
  const releases = Object.entries(fleet.releases).map(([release, count]) => `${count} on ${release}`);
  const out = fleet.outOfRotation.length === 0 ? "" : `; out: ${shorten(fleet.outOfRotation)}`;
  return [`${fleet.desired} instances: ${releases.join(", ")}; ${fleet.inRotation} in rotation${out}`];
}

function printRequests({ requests }: Report): string[] {
  if (requests.total === 0) return [];
  const share = ((100 * requests.failed) / requests.total).toFixed(3);
  const byRelease = Object.entries(requests.byRelease).map(([release, count]) => `${count} to ${release}`);
  return [`${requests.total} in all, ${requests.failed} failed (${share} %): ${byRelease.join(", ")}`];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`.padStart(9);
}
