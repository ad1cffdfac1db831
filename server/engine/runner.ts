import type { SampleTotals } from "#db/queries/samples.ts";
import type { FleetPast } from "#domain/evidence/history.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetLive } from "#domain/live.ts";
import type { FleetTick } from "#domain/metric.ts";
import { createStepper, type StepperInput } from "./step.ts";

const stopWaitMs = 10_000;

export interface RunnerInput extends Omit<StepperInput, "wake"> {
  /** Hears how long each step took, in milliseconds. */
  readonly onStepped: (tookMs: number) => void;
}

export interface Runner {
  /** Something may have changed: look now. */
  wake(): void;
  live(): FleetLive | null;
  /** The last minutes, second by second. */
  seconds(): readonly SampleTotals[];
  /** Of each instance, oldest first. */
  recentTicks(): readonly FleetTick[];
  fleet(): Fleet;
  /** Since the last step ended; before the first, since the loop began. */
  stepAgeMs(): number;
  past(): FleetPast;
  /** Ends the loop and waits for its current step. What was asked of the world goes on: it is idempotent. */
  stop(): Promise<void>;
}

/**
 * The loop of one fleet, run by whoever holds its lease. It runs at its own pace; a wake makes it look earlier and steers
 * nothing. Whatever it cannot do, it holds, says why, and tries again.
 */
export function startRunner({ onStepped, ...input }: RunnerInput): Runner {
  let stopped = false;
  let wakeUp: (() => void) | null = null;
  let woken = false;
  let steppedAt = performance.now();
  const stepper = createStepper({ ...input, wake });
  const finished = run();

  async function run(): Promise<void> {
    while (!stopped && !stepper.isGone()) {
      const beganAt = performance.now();
      const waitMs = await stepper.step();
      steppedAt = performance.now();
      onStepped(steppedAt - beganAt);
      if (!stopped) await sleep(waitMs);
    }
  }

  function wake(): void {
    woken = true;
    wakeUp?.();
  }

  async function sleep(ms: number): Promise<void> {
    if (!woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    wakeUp = null;
    woken = false;
  }

  return {
    wake,
    live: () => stepper.live(),
    seconds: () => stepper.seconds(),
    recentTicks: () => stepper.recentTicks(),
    fleet: () => stepper.fleet(),
    stepAgeMs: () => performance.now() - steppedAt,
    past: () => stepper.past(),
    stop: async () => {
      stopped = true;
      const hooksEnded = stepper.stop();
      wake();
      const late = new Promise<void>((resolve) => setTimeout(resolve, stopWaitMs).unref());
      await Promise.race([Promise.all([finished, hooksEnded]), late]);
    },
  };
}
