import type { SampleTotals } from "#db/queries/samples.ts";
import type { InstanceHistory } from "#domain/evidence/baseline.ts";
import type { FleetLive } from "#domain/live.ts";
import { createStepper, type StepperInput } from "./step.ts";

const stopWaitMs = 10_000;

export interface Runner {
  /** Something may have changed: look now. */
  wake(): void;
  live(): FleetLive | null;
  /** The last minutes, second by second. */
  seconds(): readonly SampleTotals[];
  history(): readonly InstanceHistory[];
  /** Ends the loop and waits for its current step. What was asked of the world goes on: it is idempotent. */
  stop(): Promise<void>;
}

/**
 * The loop of one fleet, run by whoever holds its lease. It runs at its own pace; a wake makes it look earlier and steers
 * nothing. Whatever it cannot do, it holds, says why, and tries again.
 */
export function startRunner(input: Omit<StepperInput, "wake">): Runner {
  let stopped = false;
  let wakeUp: (() => void) | null = null;
  let woken = false;
  const stepper = createStepper({ ...input, wake });
  const finished = run();

  async function run(): Promise<void> {
    while (!stopped && !stepper.isGone()) {
      const waitMs = await stepper.step();
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
    history: () => stepper.history(),
    stop: async () => {
      stopped = true;
      const hooksEnded = stepper.stop();
      wake();
      const late = new Promise<void>((resolve) => setTimeout(resolve, stopWaitMs).unref());
      await Promise.race([Promise.all([finished, hooksEnded]), late]);
    },
  };
}
