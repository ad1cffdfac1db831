import { runScenario } from "#domain/simulation/scenario.ts";
import { Scenario } from "#domain/simulation/scenario-file.ts";
import { benchPreview } from "./preview.ts";
import { formatSeconds, note, printTable } from "./report.ts";

const sizes = [10, 100, 1_000, 10_000] as const;
const wantedSeconds = 10;
const wantedExponent = 1.1;
/** The smallest fleets are over before the clock or the compiler notices them: they are rolled again until this much was measured. */
const measuredMsMin = 400;

interface Measured {
  readonly instances: number;
  readonly ms: number;
  readonly events: number;
  readonly looks: number;
  readonly bytes: number;
  readonly status: string;
}

/**
 * The engine alone, in virtual time: a whole rollout of fleets of four sizes with the default batches, what a rollout costs,
 * and the exponent with which that grows. A perfect engine has 1: every instance has to be updated.
 */
export async function benchEngine(): Promise<boolean> {
  note("Rolling simulated fleets in virtual time …");
  measure(1_000);
  const measured = sizes.map(measure);
  const exponent = fitExponent(measured);
  printTable(
    "A whole rollout, batches [1, 10 %, 25 %], 25 % unavailable at most, three zones",
    measured.map(({ instances }) => `${instances}`),
    [
      ["ended", ...measured.map(({ status }) => status)],
      ["wall time", ...measured.map(({ ms }) => formatSeconds(ms))],
      ["events", ...measured.map(({ events }) => events)],
      ["steps per second", ...measured.map(({ looks, ms }) => Math.round((looks / ms) * 1_000))],
      ["µs per instance", ...measured.map(({ ms, instances }) => ((ms / instances) * 1_000).toFixed(0))],
      ["memory, KiB per instance", ...measured.map(({ bytes, instances }) => (bytes / instances / 1_024).toFixed(1))],
    ],
  );
  note(`Cost grows with the fleet's size to the power of ${exponent.toFixed(2)} (≤ ${wantedExponent} wanted).`);
  const largest = measured.at(-1);
  const isQuick = largest !== undefined && largest.ms <= wantedSeconds * 1_000;
  const isPreviewQuick = await benchPreview();
  return isQuick && isPreviewQuick && exponent <= wantedExponent && measured.every(({ status }) => status === "succeeded");
}

function measure(instances: number): Measured {
  let ms = 0;
  let runs = 0;
  let looks = 0;
  let last: Omit<Measured, "ms" | "looks" | "instances"> | null = null;
  while (ms < measuredMsMin) {
    const scenario = scenarioOf(instances);
    const before = heapBytes();
    const startedAt = performance.now();
    const { plane } = runScenario(scenario, (happening) => {
      if (happening.type === "recorded") looks += 1;
    });
    ms += performance.now() - startedAt;
    runs += 1;
    const [stored] = plane.book.rollouts;
    last = { events: stored?.events.length ?? 0, bytes: heapBytes() - before, status: stored?.state.status ?? "nothing" };
  }
  return { instances, ms: ms / runs, looks: looks / runs, events: 0, bytes: 0, status: "nothing", ...last };
}

function scenarioOf(instances: number): Scenario {
  return Scenario.parse({
    fleet: { instances, zones: ["a", "b", "c"], release: "v1", drainMs: 500 },
    releases: { v1: { updateMs: 1_000, readyMs: 500 }, v2: { updateMs: 1_000, readyMs: 2_000 } },
    plan: { batches: [1, "10%", "25%"], metrics: false },
    timeline: [{ atMs: 0, do: "start", release: "v2" }],
  });
}

/** With what nobody holds any more cleared away, where the collector can be asked. */
function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
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
