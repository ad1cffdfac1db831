import { and, eq, lte, ne } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { hookRun } from "#db/schema/rollouts.ts";
import type { HookEffect } from "#domain/engine/effect.ts";
import type { HookObservation, Observation } from "#domain/engine/observation.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { HookCall, HookOutcome, HookRunner } from "#server/hooks/hook-runner.ts";
import type { Logger } from "#server/log.ts";
import { type HeldLease, requireLease } from "./lease.ts";

const saveAgainMs = 1_000;
/** How soon a run ends once its fleet is no longer ours. */
const leaseCheckMs = 500;
const unawaitedText = "The rollout did not wait for it any more.";

export interface HookRunsInput {
  readonly db: Database;
  readonly runner: HookRunner;
  readonly lease: HeldLease;
  readonly now: () => number;
  /** Called when a run has ended: there is something new to observe. */
  readonly onSettled: () => void;
  readonly log: Logger;
}

/**
 * The runs of a fleet's hooks: each once under its key, which a row holds. Of a run that was cut short with its server
 * nothing is observed, so the engine asks for it again and it is run again under the same key: at least once, therefore.
 */
export interface HookRuns {
  /** Reads what of the rollout's runs has ended, here or under an earlier holder. */
  load(rollout: Rollout): Promise<void>;
  observe(): Observation["hooks"];
  /** Begins those that neither run nor have ended. Returns at once. */
  start(effects: readonly HookEffect[], rollout: Rollout): void;
  /** Ends what nobody waits for any more, as failed; null: no rollout is active. Returns at once. */
  endUnawaited(active: Rollout | null): void;
  running(): number;
  /** Ends what runs, and leaves its rows for the next holder. */
  stop(): Promise<void>;
}

interface Working {
  readonly call: HookCall;
  readonly unawaited: AbortController;
  readonly ended: Promise<void>;
}

export function createHookRuns({ db, runner, lease, now, onSettled, log }: HookRunsInput): HookRuns {
  const known = new Map<string, HookObservation>();
  const working = new Map<string, Working>();
  const stopping = new AbortController();
  let loadedFor: string | null = null;

  async function run(call: HookCall, unawaited: AbortSignal): Promise<void> {
    const ended = await claim(call);
    if (ended) return void known.set(call.key, ended);
    const controller = new AbortController();
    const watch = setInterval(() => !lease.isValid() && controller.abort(), leaseCheckMs);
    const signal = AbortSignal.any([stopping.signal, controller.signal]);
    try {
      const came = await runner.run(call, AbortSignal.any([signal, unawaited]));
      if (signal.aborted) return void known.delete(call.key);
      const outcome: HookOutcome = unawaited.aborted ? { ...came, status: "failed", message: unawaitedText } : came;
      await save(call, outcome, signal);
      if (!signal.aborted) known.set(call.key, outcome);
    } finally {
      clearInterval(watch);
    }
  }

  /** Writes down that it runs, under our lease; what has ended already is returned instead. */
  async function claim({ key, rolloutId, fleetId }: HookCall): Promise<HookObservation | null> {
    const { token } = lease;
    return db.transaction(async (tx) => {
      await requireLease(tx, fleetId, token);
      const claimed = await tx
        .insert(hookRun)
        .values({ key, rolloutId, status: "running", startedAt: now(), token })
        .onConflictDoUpdate({ target: hookRun.key, set: { token }, setWhere: eq(hookRun.status, "running") })
        .returning({ key: hookRun.key });
      if (claimed.length > 0) return null;
      const [row] = await tx.select().from(hookRun).where(eq(hookRun.key, key));
      return row ?? null;
    });
  }

  /** Until it is written nobody knows of it, and the run would be repeated: so it is tried until it is, or the fleet is gone. */
  async function save({ key }: HookCall, outcome: HookOutcome, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const mine = and(eq(hookRun.key, key), lte(hookRun.token, lease.token));
        await db
          .update(hookRun)
          .set({ ...outcome, endedAt: now() })
          .where(mine);
        return;
      } catch (err) {
        log.warn({ err, key }, "A hook's outcome could not be written; it is tried again.");
        await new Promise((resolve) => setTimeout(resolve, saveAgainMs));
      }
    }
  }

  async function work(call: HookCall, unawaited: AbortSignal): Promise<void> {
    try {
      await run(call, unawaited);
    } catch (err) {
      known.delete(call.key);
      log.warn({ err, key: call.key }, "A hook could not be begun; it is tried again.");
    } finally {
      working.delete(call.key);
      onSettled();
    }
  }

  return {
    load: async ({ rolloutId, plan }) => {
      if (loadedFor === rolloutId || Object.keys(plan.hooks).length === 0) return;
      const rows = await db
        .select()
        .from(hookRun)
        .where(and(eq(hookRun.rolloutId, rolloutId), ne(hookRun.status, "running")));
      for (const key of known.keys()) if (!working.has(key)) known.delete(key);
      for (const { key, status, message, output } of rows) known.set(key, { status, message, output });
      loadedFor = rolloutId;
    },
    observe: () => Object.fromEntries(known),
    start: (effects, rollout) => {
      for (const effect of effects) {
        if (known.has(effect.key) || stopping.signal.aborted || !lease.isValid()) continue;
        known.set(effect.key, { status: "running", message: "", output: "" });
        const call = toCall(effect, rollout);
        const unawaited = new AbortController();
        working.set(effect.key, { call, unawaited, ended: work(call, unawaited.signal) });
      }
    },
    endUnawaited: (active) => {
      for (const { call, unawaited } of working.values()) if (!isAwaited(call, active)) unawaited.abort();
    },
    running: () => working.size,
    stop: async () => {
      stopping.abort();
      await Promise.all([...working.values()].map(({ ended }) => ended));
    },
  };
}

/** Once a rollout turns back only the hook of the way back is waited for. */
function isAwaited({ rolloutId, name }: HookCall, active: Rollout | null): boolean {
  return active?.rolloutId === rolloutId && (name === "rollback" || active.rollback === null);
}

function toCall({ key, name, hook, batch, instanceIds }: HookEffect, rollout: Rollout): HookCall {
  const { rolloutId, fleetId, fleetName, service, environment, releaseNames, releaseId } = rollout;
  const release = releaseNames[releaseId] ?? releaseId;
  return { key, name, hook, batch, instanceIds, rolloutId, fleetId, fleet: fleetName, service, environment, release };
}
