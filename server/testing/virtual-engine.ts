import { eq, sql } from "drizzle-orm";
import { connectDatabase, type Database } from "#db/client.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { lease } from "#db/schema/fleets.ts";
import type { Clock } from "#server/engine/clock.ts";
import { createHolder } from "#server/engine/holder.ts";
import { createLeases, type HeldLease } from "#server/engine/lease.ts";
import { portsOf } from "#server/engine/ports.ts";
import { createStepper, type Stepper } from "#server/engine/step.ts";
import { type CommitFaults, interceptCommits } from "./commit-faults.ts";
import type { FakeWorld } from "./fake-world.ts";
import { silentLog } from "./fixtures.ts";
import type { TestClock } from "./test-clock.ts";

const stepsMax = 5_000;
const connectionsMax = 2;

/** One fleet's engine in virtual time: it steps when the test says so, and may die at any moment. */
export interface VirtualEngine {
  readonly commits: CommitFaults;
  /** Steps until it is so, or until it was killed or frozen. Fails when that never comes. */
  run(isSo: () => Promise<boolean>): Promise<"done" | "stopped">;
  step(): Promise<void>;
  /** As `kill -9`: nothing it asked for is sent or answered any more. */
  kill(): void;
  /** As `kill -STOP`: it does nothing until it is thawed, and knows nothing of the time between. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export interface VirtualEngineInput {
  readonly url: string;
  readonly fleetId: string;
  readonly world: FakeWorld;
  readonly clock: TestClock & Clock;
}

/** Takes the fleet's lease, which must be free. */
export async function startVirtualEngine({ url, fleetId, world, clock }: VirtualEngineInput): Promise<VirtualEngine> {
  const db = connectDatabase(url, { onLost: () => {} });
  const commits = interceptCommits(db);
  const line = world.connect();
  // Few connections: each costs more than what is asked on it.
  db.$client.options.max = connectionsMax;
  const held = await takeForLong(db, fleetId);
  const row = await getFleetRow(db, fleetId);
  let woken = false;
  let stop = () => {};
  let isDead = false;
  let isFrozen = false;
  const stopped = new Promise<"stopped">((resolve) => {
    stop = () => resolve("stopped");
  });
  const { hooks } = line.ports;
  const wake = () => {
    woken = true;
  };
  const stepper: Stepper = createStepper({
    db,
    ports: portsOf(line.ports, row.fleet),
    hooks,
    row,
    lease: held,
    clock,
    log: silentLog,
    onRecorded: () => {},
    onCounted: () => {},
    onLive: () => {},
    wake,
  });

  async function step(): Promise<void> {
    woken = false;
    const waitMs = await stepper.step();
    // Everything that was asked is answered within the same moment of virtual time.
    while (stepper.inFlight() > 0 && !isDead && !isFrozen) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(woken ? 1 : Math.max(1, waitMs));
  }

  return {
    commits,
    step,
    run: async (isSo) => {
      for (let count = 0; count < stepsMax; count += 1) {
        if (isDead || isFrozen) return "stopped";
        if (await isSo()) return "done";
        const outcome = await Promise.race([step().then(() => "stepped" as const), stopped]);
        if (outcome === "stopped") return "stopped";
      }
      throw new Error(`It did not happen within ${stepsMax} steps.`);
    },
    kill: () => {
      isDead = true;
      line.kill();
      commits.kill();
      stop();
    },
    freeze: () => {
      isFrozen = true;
      stop();
    },
    thaw: () => {
      isFrozen = false;
    },
    close: async () => {
      void stepper.stop();
      // A pool waits for its connections; those of a dead engine never come back.
      if (isDead) void db.$client.end();
      else await db.$client.end();
    },
  };
}

/** A lease that does not run out, however slow the machine: it ends when the test says so (expireLease). */
async function takeForLong(db: Database, fleetId: string): Promise<HeldLease> {
  const taken = await createLeases(db, createHolder()).take(fleetId);
  if (!taken) throw new Error("The fleet is another's.");
  await db.update(lease).set({ expiresAt: sql`clock_timestamp() + interval '1 hour'` }).where(eq(lease.fleetId, fleetId));
  return { ...taken, isValid: () => true, leftMs: () => Number.POSITIVE_INFINITY, signal: new AbortController().signal };
}
