import { formatRatio, note, printTable } from "../report.ts";
import { lowerLimit, upperLimit } from "./bounds.ts";
import type { Cost } from "./cost.ts";
import { rules } from "./trial.ts";
import type { Answer } from "./worker.ts";
import { harmlessWorlds, regressions, type World, worlds } from "./worlds.ts";

/** What was measured, in tables, and whether each promise was kept. */
const alpha = 0.001;
/** What a true rate of alpha brings less often than this is a broken promise. */
const doubt = 0.001;
const delayTolerance = 0.15;
const evidenceSecondsMax = 5;
const passiveSecondsMax = 2;
const nsPerTestMax = 2_000;

const ruleNames = rules.map(({ name }) => name);

/** `shown` are the first so many rules. */
export function tellFalse(answers: readonly Answer[], runs: number, shown = rules.length): boolean {
  const names = ruleNames.slice(0, shown);
  const rows = harmlessWorlds.map((world) => ({ world, counts: names.map((_, rule) => haltsOf(answers, world, rule).length) }));
  const table = (title: string, cell: (count: number) => string) =>
    printTable(
      title,
      names,
      rows.map(({ world, counts }) => [world.name, ...counts.map(cell)]),
    );
  table("A good release rolled back, % of rollouts", (count) => percent(count / runs));
  table("With a confidence of 95 % at most, %", (count) => percent(upperLimit(count, runs, 0.95)));
  // Where nothing is known of hosts that differ, the null hypothesis does not hold: no promise.
  const counts = rows.filter(({ world }) => world.hasHistory).map((row) => row.counts[0] ?? 0);
  const sum = counts.reduce((total, count) => total + count, 0);
  const all = runs * counts.length;
  note(
    `Tideline in the ${counts.length} worlds it promises something for: ${sum} of ${all}, with 95 % at most ${percent(upperLimit(sum, all, 0.95))} %; promised: ${percent(alpha)} %.`,
  );
  const tallies = [...counts.map((count) => [count, runs] as const), [sum, all] as const];
  return tallies.every(([count, trials]) => lowerLimit(count, trials, 1 - doubt) <= alpha);
}

/** The price of that promise. */
export function tellFound(answers: readonly Answer[], runs: number): void {
  const table = (title: string, cell: (world: World, rule: number) => string | number) =>
    printTable(
      title,
      ruleNames,
      regressions.map((world) => [world.name, ...rules.map((_, rule) => cell(world, rule))]),
    );
  // Rolled back before it was bad is no find.
  const found = (world: World, rule: number) => haltsOf(answers, world, rule).filter((at) => at > world.from);
  table("A bad release: seconds until it is rolled back, median of all rollouts", (world, rule) => {
    const middle = found(world, rule).sort((a, b) => a - b)[Math.floor(runs / 2)];
    return middle === undefined ? "–" : middle - world.from;
  });
  table("Found, % of rollouts", (world, rule) => percent(found(world, rule).length / runs));
  table("Bad answers too many, mean", (world, rule) => Math.round(excessOf(answers, world, rule) / runs));
}

function trialsOf(answers: readonly Answer[], world: World) {
  const index = worlds.indexOf(world);
  return answers.flatMap((answer) => (answer.what === "trials" && answer.world === index ? [answer.trials] : []));
}

function haltsOf(answers: readonly Answer[], world: World, rule: number): number[] {
  return trialsOf(answers, world).flatMap(({ haltedAt }) => (haltedAt[rule] ?? []).filter((at) => at !== null));
}

function excessOf(answers: readonly Answer[], world: World, rule: number): number {
  return trialsOf(answers, world).reduce((sum, { excess }) => sum + (excess[rule] ?? 0), 0);
}

export function tellDelays(answers: readonly Answer[], runs: number): boolean {
  const rows = answers.flatMap((answer) => (answer.what === "delay" ? [answer] : []));
  rows.sort((a, b) => a.given.rate - b.given.rate || a.given.ratio - b.given.ratio);
  printTable(
    `Requests of the new release, a tenth of all, until it is found: mean of ${runs}`,
    ["formula", "plain requests", "ratio", "slots", "slots cost"],
    rows.map(({ given, delay }) => [
      `${percent(given.rate)} % x${given.ratio}`,
      Math.round(delay.formula),
      Math.round(delay.plain),
      formatRatio(delay.plain, delay.formula),
      Math.round(delay.slots),
      formatRatio(delay.slots, delay.plain),
    ]),
  );
  note(`Wanted: plain requests within ${percent(delayTolerance)} % of the formula.`);
  return rows.length > 0 && rows.every(({ delay }) => Math.abs(delay.plain / delay.formula - 1) <= delayTolerance);
}

/** The evidence is held to its promise where the old release does not fail; each of its failures puts the decision off. */
export function tellTotalFailures(answers: readonly Answer[]): boolean {
  const rows = answers.flatMap((answer) => (answer.what === "total-failure" ? [answer] : []));
  rows.sort((a, b) => a.given.rate - b.given.rate);
  printTable(
    "Everything fails on one instance of twelve: seconds of traffic until it is found",
    ["evidence alone, median", "slowest", "passive check, slowest", "runs"],
    rows.map(({ given, found }) => [
      `old release fails at ${percent(given.rate)} %`,
      found.evidenceSeconds,
      found.evidenceSecondsMax,
      found.passiveSecondsMax,
      given.runs,
    ]),
  );
  note(`Wanted: ${evidenceSecondsMax} s of the evidence alone where the old release does not fail, ${passiveSecondsMax} s of the passive check.`);
  const isKept = ({ given, found }: (typeof rows)[number]) =>
    found.passiveSecondsMax <= passiveSecondsMax && (given.rate > 0 || found.evidenceSecondsMax <= evidenceSecondsMax);
  return rows.length > 0 && rows.every(isKept);
}

export function tellCost(cost: Cost): boolean {
  note(
    `\nOne interval of the standard plan's ${cost.tests} tests: ${Math.round(cost.nsPerTest)} ns for each (≤ ${nsPerTestMax} wanted), ${formatRatio(cost.nsPerTest, cost.nsOfZ)} times a plain z-test's ${Math.round(cost.nsOfZ)} ns.`,
  );
  return cost.nsPerTest <= nsPerTestMax;
}

function percent(rate: number): string {
  return `${Number((100 * rate).toPrecision(2))}`;
}
