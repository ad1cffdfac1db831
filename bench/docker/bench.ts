import { setTimeout as pass } from "node:timers/promises";
import { connectTestEngine } from "../../server/testing/docker/test-images.ts";
import { findTestProgram } from "../../server/testing/programs.ts";
import { type LoadResult, requestsPerSecond, startLoad } from "../load.ts";
import { formatRatio, formatSeconds, note, printTable } from "../report.ts";
import { type Contender, instances, parallel, pauseMs, type Rolled } from "./contender.ts";
import { withEngine } from "./engine.ts";
import { importReleases } from "./images.ts";
import { startSwarm } from "./swarm.ts";
import { startTideline } from "./tideline.ts";

const ratioMax = 1.1;
/** Before an update the load runs alone, so that what is new is compared with something. */
const quietMs = 15_000;

interface Played extends Rolled {
  readonly load: LoadResult;
}

interface Outcome {
  readonly name: string;
  readonly good: Played;
  readonly sick: Played;
  readonly wrong: Played;
}

/** The same containers, load, pace and bad releases through Tideline and through Swarm's own updates, one after the other. */
export async function benchDocker(): Promise<boolean> {
  const haproxy = await findTestProgram("haproxy", "HAPROXY_PATH");
  if (!haproxy) throw new Error("This needs HAProxy. Install it, or give its path in HAPROXY_PATH.");
  return withEngine(async ({ url }) => {
    const docker = connectTestEngine(url);
    await importReleases(docker);
    const contenders = [
      () => startTideline(url, haproxy),
      () => startTideline(url, null),
      () => startSwarm(docker, haproxy, "stop-first"),
      () => startSwarm(docker, haproxy, "start-first"),
    ];
    const outcomes: Outcome[] = [];
    for (const start of contenders) outcomes.push(await play(await start()));
    report(outcomes);
    return isKept(outcomes);
  });
}

async function play(contender: Contender): Promise<Outcome> {
  const { name } = contender;
  try {
    const good = await roll(contender, "1.1");
    await contender.roll("1.0");
    const sick = await roll(contender, "1.4");
    const wrong = await roll(contender, "1.3");
    return { name, good, sick, wrong };
  } finally {
    await contender.close();
  }
}

async function roll(contender: Contender, release: string): Promise<Played> {
  note(`${contender.name}: to ${release} under ${requestsPerSecond} requests/s …`);
  const load = startLoad(contender.url);
  try {
    await pass(quietMs);
    const rolled = await contender.roll(release);
    return { ...rolled, load: await load.stop() };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

function report(outcomes: readonly Outcome[]): void {
  const names = outcomes.map(({ name }) => name);
  const title = `${instances} containers, ${parallel} at a time, ${pauseMs / 1_000} s after each, ${requestsPerSecond} requests/s, 1 % of them 2 s`;
  printTable(`${title}: a good release`, names, [
    ["ended", ...outcomes.map(({ good }) => good.ended)],
    ["requests answered", ...outcomes.map(({ good }) => good.load.answered)],
    ["requests failed or cut", ...outcomes.map(({ good }) => good.load.failed)],
    ["wall time", ...outcomes.map(({ good }) => formatSeconds(good.wallMs))],
    [
      `over the critical path (≤ ${ratioMax} wanted)`,
      ...outcomes.map(({ good }) => (good.criticalMs === null ? "–" : formatRatio(good.wallMs, good.criticalMs))),
    ],
    ["latency p99, ms", ...outcomes.map(({ good }) => good.load.latencyMsP99)],
  ]);
  for (const [what, of] of [
    ["one that is never healthy", ({ sick }: Outcome) => sick],
    ["one that answers 5 % errors", ({ wrong }: Outcome) => wrong],
  ] as const)
    printTable(`The same, ${what}`, names, [
      ["ended", ...outcomes.map((outcome) => of(outcome).ended)],
      ["whole again after", ...outcomes.map((outcome) => (of(outcome).isBack ? formatSeconds(of(outcome).wallMs) : "never"))],
      ["bad answers until then", ...outcomes.map((outcome) => of(outcome).load.failed)],
    ]);
  note("Never: the update was completed, and every instance stayed on the bad release; its bad answers go on.");
}

function isKept(outcomes: readonly Outcome[]): boolean {
  const ours = outcomes.filter(({ name }) => name.startsWith("Tideline"));
  const theirs = outcomes.filter((outcome) => !ours.includes(outcome));
  const isAhead = (mine: Played, other: Played) => mine.isBack && (!other.isBack || mine.wallMs <= other.wallMs);
  return ours.every(
    ({ good, sick, wrong }) =>
      good.load.failed === 0 &&
      good.wallMs <= ratioMax * (good.criticalMs ?? 0) &&
      theirs.every((other) => isAhead(sick, other.sick) && isAhead(wrong, other.wrong)),
  );
}
