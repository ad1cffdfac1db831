import { desc, eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { fleetStream } from "#db/queries/events.ts";
import { type FleetRow, getFleetRow } from "#db/queries/fleets.ts";
import { getRollout } from "#db/queries/rollouts.ts";
import { audit } from "#db/schema/audit.ts";
import { event } from "#db/schema/rollouts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { FleetCommand } from "#domain/command.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { PlanInput } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { Context } from "#server/context.ts";
import { startRollout } from "#server/engine/commands.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createFakeWorld, type FakeWorld } from "./fake-world.ts";
import { createTestContext, insertFleet, insertRelease, quickPlan, silentLog, startInput } from "./fixtures.ts";
import { createVirtualClock, type TestClock } from "./test-clock.ts";
import { startVirtualEngine, type VirtualEngine } from "./virtual-engine.ts";

/** A whole fleet of four on release 1.0 in virtual time, a person who commands it, and engines that step when the test says so. */
export class FleetBench {
  database!: TestDatabase;
  clock!: TestClock;
  world!: FakeWorld;
  fleet!: Fleet;
  old!: Release;
  fresh!: Release;
  newer!: Release;
  #engines: VirtualEngine[] = [];

  /** A new fleet and world for each test of the file, in one database. */
  static open(): FleetBench {
    const bench = new FleetBench();
    beforeAll(() => bench.#open());
    beforeEach(() => bench.#renew());
    afterAll(() => bench.#close());
    return bench;
  }

  async #open(): Promise<void> {
    this.database = await createTestDatabase();
    this.old = await insertRelease(this.db, "1.0");
    this.fresh = await insertRelease(this.db, "1.1");
    this.newer = await insertRelease(this.db, "1.2");
  }

  async #renew(): Promise<void> {
    await this.#stop();
    this.clock = createVirtualClock();
    this.fleet = await insertFleet(this.db, this.old);
    const running = { instances: this.fleet.instances, releaseId: this.old.releaseId };
    this.world = createFakeWorld({ clock: this.clock, running, requestsPerSecond: 0, canSurge: true });
  }

  async #close(): Promise<void> {
    await this.#stop();
    await this.database.close();
  }

  async #stop(): Promise<void> {
    for (const engine of this.#engines.splice(0)) await engine.close();
  }

  get db() {
    return this.database.db;
  }

  /** A signed-in person. The engine that they talk to does not run: what is done to the fleet is the virtual one's business. */
  ctx(role?: Parameters<typeof createTestContext>[1]): Context {
    const { ports } = this.world.connect();
    const engine = createEngine({ db: this.db, log: silentLog, clock: this.clock, ...ports });
    return createTestContext({ db: this.db, engine, ...ports }, role);
  }

  async startEngine(): Promise<VirtualEngine> {
    const engine = await startVirtualEngine({ url: this.database.url, fleetId: this.fleet.fleetId, world: this.world, clock: this.clock });
    this.#engines.push(engine);
    return engine;
  }

  start(release: Release, change: PlanInput = {}, more: { readonly reason?: string } = {}): Promise<{ rolloutId: string }> {
    return startRollout(this.ctx(), { ...startInput(this.fleet, release, { ...quickPlan, ...change }), ...more });
  }

  onFleet(command: { readonly type: FleetCommand["type"] } & Readonly<Record<string, unknown>>): FleetCommand {
    return FleetCommand.parse({ ...command, fleetId: this.fleet.fleetId, commandId: uuid() });
  }

  rollout(rolloutId: string): Promise<Rollout> {
    return getRollout(this.db, rolloutId);
  }

  async statusOf(rolloutId: string): Promise<Rollout["status"]> {
    return (await this.rollout(rolloutId)).status;
  }

  hasEnded(rolloutId: string): () => Promise<boolean> {
    return async () => isTerminal(await this.statusOf(rolloutId));
  }

  row(): Promise<FleetRow> {
    return getFleetRow(this.db, this.fleet.fleetId);
  }

  async lastAudit() {
    const [row] = await this.db
      .select()
      .from(audit)
      .where(eq(audit.target, `fleet:${this.fleet.fleetId}`))
      .orderBy(desc(audit.at), desc(audit.id))
      .limit(1);
    return row;
  }

  async fleetEvents() {
    return this.db
      .select({ seq: event.seq, type: event.type, actor: event.actor })
      .from(event)
      .where(eq(event.stream, fleetStream(this.fleet.fleetId)))
      .orderBy(event.seq);
  }
}

export function onRollout<Type extends string>(type: Type, rolloutId: string) {
  return { type, rolloutId, commandId: uuid(), reason: "Because." };
}
