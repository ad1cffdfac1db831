import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { PlanInput } from "#domain/plan.ts";
import { runScenario } from "#domain/simulation/scenario.ts";
import { Scenario } from "#domain/simulation/scenario-file.ts";
import { benchPreview } from "./preview.ts";
import { formatSeconds, note, printTable } from "./report.ts";

const sizes = [10, 100, 1_000, 10_000] as const;
const wantedSeconds = 10;
const wantedExponent = 1.1;
/** The smallest fleets are over before the clock or the compiler notices them: they are rolled again until this much was measured. */
const measuredMsMin = 500;

interface Shape {
  readonly title: string;
  readonly plan: PlanInput;
}

const shapes: readonly Shape[] = [
  { title: "batches [1, 10 %, 25 %], a quarter at a time", plan: { batches: [1, "10%", "25%"] } },
  { title: "batches [1, 100 %], 8 at a time whatever the size", plan: { batches: [1, "100%"], maxUnavailable: 8 } },
];

interface Measured {
  readonly instances: number;
  readonly ms: number;
  readonly events: number;
  readonly bytes: number;
  readonly status: string;
}

/**
 * The engine alone, in virtual time: a whole rollout of fleets of four sizes, what it costs, and the exponent with which
 * that grows. A perfect engine has 1, for every instance has to be updated; one that looks at all for each has 2.
 */
export async function benchEngine(): Promise<boolean> {
  note("Rolling simulated fleets in virtual time …");
  const areGood = shapes.map(benchShape);
  const isPreviewQuick = await benchPreview();
  return areGood.every(Boolean) && isPreviewQuick;
}

function benchShape(shape: Shape): boolean {
  measure(shape, 100);
  const measured = sizes.map((size) => measure(shape, size));
  const exponent = fitExponent(measured);
  printTable(
    `A whole rollout, ${shape.title}`,
    measured.map(({ instances }) => `${instances}`),
    [
      ["ended", ...measured.map(({ status }) => status)],
      ["wall time", ...measured.map(({ ms }) => formatSeconds(ms))],
      ["events", ...measured.map(({ events }) => events)],
      ["events per second", ...measured.map(({ events, ms }) => Math.round((events / ms) * 1_000))],
      ["µs per event", ...measured.map(({ ms, events }) => ((ms / events) * 1_000).toFixed(0))],
      ["memory kept, MiB", ...measured.map(({ bytes }) => (bytes / 1_048_576).toFixed(1))],
    ],
  );
  note(`Cost grows with the fleet's size to the power of ${exponent.toFixed(2)} (≤ ${wantedExponent} wanted).`);
  const isQuick = (measured.at(-1)?.ms ?? Number.POSITIVE_INFINITY) <= wantedSeconds * 1_000;
  return isQuick && exponent <= wantedExponent && measured.every(({ status }) => status === "succeeded");
}

function measure({ plan }: Shape, instances: number): Measured {
  const scenario = Scenario.parse({
    fleet: { instances, zones: ["a", "b", "c"], release: "v1", drainMs: 500 },
    releases: { v1: { updateMs: 1_000, readyMs: 500 }, v2: { updateMs: 1_000, readyMs: 2_000 } },
    plan: { ...plan, metrics: false },
    timeline: [{ atMs: 0, do: "start", release: "v2" }],
  });
  const before = heapBytes();
  let { plane } = runScenario(scenario);
  const bytes = heapBytes() - before;
  const startedAt = performance.now();
  let runs = 0;
  do {
    ({ plane } = runScenario(scenario));
    runs += 1;
  } while (performance.now() - startedAt < measuredMsMin);
  const ms = (performance.now() - startedAt) / runs;
  const [stored] = plane.book.rollouts;
  return { instances, ms, bytes, events: stored?.events.length ?? 0, status: stored?.state.status ?? "nothing" };
}

/** Of what is still held: the run with its world, its state and every event. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** The slope of ln(cost) over ln(size), by least squares. */
function fitExponent(measured: readonly Measured[]): number {
  const points = measured.map(({ instances, ms }) => ({ x: Math.log(instances), y: Math.log(ms) }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point.x));
  const y = mean(points.map((point) => point.y));
  const slope = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return slope / points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}
