import { join } from "node:path";
import { parseDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick, InstanceTick } from "#domain/metric.ts";
import type { Release } from "#domain/release.ts";
import type { Logger } from "#server/log.ts";
import { type ChildUser, childUserOf } from "./identity.ts";
import { type Backend, Chooser, type SecondClock } from "./pool.ts";
import { giveBackPort, holdPort, reservePort } from "./ports.ts";
import type { FleetStatus, RotationAnswer, RuntimeLogLine, UnitAnswer } from "./protocol.ts";
import { FleetProxy } from "./proxy.ts";
import { Slot } from "./slot.ts";
import type { Stage } from "./stage.ts";
import { createStateFile, type FleetRecord, type StateFile } from "./state.ts";

/** Two minutes of ticks: an engine that restarts misses nothing. */
const ticksMax = 120;
const closeGraceMs = 5_000;

export interface HostOptions {
  readonly record: FleetRecord;
  readonly stateDirectory: string;
  readonly logDirectory: string;
  readonly stage: Stage;
  readonly second: SecondClock;
  readonly log: Logger;
}

/** One fleet on this machine: its slots, its listener, its counts, and its record on the disk. */
export class FleetHost {
  readonly #options: HostOptions;
  readonly #record: FleetRecord;
  readonly #file: StateFile;
  readonly #user: ChildUser | null;
  readonly #slots = new Map<string, Slot>();
  readonly #chooser = new Chooser();
  /** The slots as a list, for the proxy; made anew when they change. */
  #candidates: readonly Slot[] = [];
  #proxy: FleetProxy | null = null;
  #portProblem: string | null = null;
  #ticks: FleetTick[] = [];
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: HostOptions) {
    this.#options = options;
    this.#record = options.record;
    this.#user = childUserOf(options.record.fleetId);
    this.#file = createStateFile(options.stateDirectory, options.record.fleetId, () => this.#read());
  }

  get fleetId(): string {
    return this.#record.fleetId;
  }

  get port(): number {
    return this.#record.port;
  }

  get requestsPerSecond(): number {
    return this.#record.requestsPerSecond;
  }

  get digests(): string[] {
    return [...this.#slots.values()].flatMap(({ unit }) => unit?.record.release.digest ?? []);
  }

  /** Refuses a lower token than the highest seen with Failure("conflict"), and remembers a higher one before anything is done. */
  async passFence(token: number): Promise<void> {
    if (token < this.#record.fence) {
      throw new Failure(
        "conflict",
        `Another holder has taken over this fleet (token ${this.#record.fence}, yours is ${token}). Observe it again before acting.`,
      );
    }
    if (token === this.#record.fence) return;
    this.#record.fence = token;
    await this.#file.save();
  }

  /** The fleet that runs here, or Failure("not-found") after it was removed. */
  get fleet(): Fleet {
    if (this.#record.fleet) return this.#record.fleet;
    throw new Failure("not-found", "This fleet was removed from this machine.");
  }

  get removed(): boolean {
    return this.#record.fleet === null;
  }

  ensure(fleet: Fleet): Promise<void> {
    return this.#inTurn(async () => {
      if (JSON.stringify(this.#record.fleet) === JSON.stringify(fleet) && this.#proxy) return;
      const port = fleet.balancer.port || this.#record.port || (await reservePort());
      await this.#listen(port, fleet);
      const checksBefore = checksOf(this.#record.fleet);
      this.#record.fleet = fleet;
      this.#record.port = port;
      await this.#matchSlots();
      if (checksBefore !== checksOf(fleet)) for (const slot of this.#slots.values()) slot.unit?.renewChecks();
      await this.#file.save();
    });
  }

  /** After a restart of the runtime: what lives is taken over, what ended is started again, traffic goes on. */
  async resume(): Promise<void> {
    if (this.removed) return;
    await this.#matchSlots();
    for (const slot of this.#slots.values()) if (slot.unit) holdPort(slot.unit.record.port);
    const adopting = [...this.#slots.values()].map((slot) => slot.unit?.adopt());
    // Users first: their traffic goes on before anybody may ask how things are.
    await this.#inTurn(() => this.#listenAgain());
    await Promise.all(adopting);
    await this.#file.save();
  }

  remove(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.removed) return;
      await this.#end();
      for (const slot of this.#slots.values()) slot.output.remove();
      this.#slots.clear();
      this.#candidates = [];
      this.#record.fleet = null;
      this.#record.requestsPerSecond = 0;
      await this.#file.save();
    });
  }

  /** Ends every unit and the listener, and remembers what is to run. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end();
      await this.#file.save();
    });
  }

  /** Lets go: units run on without us. */
  async leave(graceMs: number): Promise<void> {
    for (const slot of this.#slots.values()) slot.unit?.release();
    await Promise.all([this.#proxy?.close(graceMs), this.#file.save()]);
  }

  slot(instanceId: string): Slot {
    const slot = this.#slots.get(instanceId);
    if (slot) return slot;
    throw new Failure("not-found", `Fleet ${this.fleet.name} has no instance ${instanceId} on this machine.`);
  }

  replace(instanceId: string, release: Release, key: string, fence: number): Promise<void> {
    return this.slot(instanceId).replace(release, key, () => this.passFence(fence));
  }

  restore(instanceId: string): void {
    const { unit, rotation } = this.slot(instanceId);
    rotation.restore(unit?.ready ?? false, unit?.notReadyText ?? "nothing runs there");
  }

  observeUnits(): Record<string, UnitAnswer> {
    return this.#mapSlots((slot) => slot.unit?.observe() ?? { unit: null, ready: false, readyForMs: null, probe: null });
  }

  observeRotation(): Record<string, RotationAnswer> {
    if (this.#portProblem) throw new Failure("conflict", this.#portProblem);
    return this.#mapSlots((slot) => slot.rotation.observe());
  }

  readLogs(instanceId: string, after: number, limit: number): readonly RuntimeLogLine[] {
    return this.slot(instanceId).output.read(after, limit);
  }

  readTicks(after: number): readonly FleetTick[] {
    return this.#ticks.filter((tick) => tick.number > after);
  }

  async setTraffic(requestsPerSecond: number): Promise<void> {
    this.#record.requestsPerSecond = requestsPerSecond;
    await this.#file.save();
  }

  /** Once a second: closes the second's counts. */
  tick(number: number, at: number): void {
    if (this.removed) return;
    const instances: Record<string, InstanceTick> = {};
    for (const slot of this.#slots.values()) {
      const tick = slot.takeTick(at);
      if (tick) instances[slot.instanceId] = tick;
    }
    this.#ticks.push({ number, at, instances });
    if (this.#ticks.length > ticksMax) this.#ticks.shift();
    if (this.#portProblem) void this.#inTurn(() => this.#listenAgain());
  }

  pollLogs(): void {
    for (const slot of this.#slots.values()) slot.output.poll();
  }

  status(): FleetStatus {
    const units = [...this.#slots.values()].filter(({ unit }) => unit?.running).length;
    const { port, requestsPerSecond } = this.#record;
    return { fleetId: this.fleetId, name: this.fleet.name, port, portProblem: this.#portProblem, units, requestsPerSecond };
  }

  async #end(): Promise<void> {
    for (const slot of this.#slots.values()) slot.close();
    await Promise.all([this.#proxy?.close(closeGraceMs), ...[...this.#slots.values()].map((slot) => slot.end())]);
    this.#proxy = null;
    giveBackPort(this.#record.port);
  }

  async #listenAgain(): Promise<void> {
    try {
      await this.#listen(this.#record.port, this.fleet);
    } catch (error) {
      this.#portProblem = error instanceof Failure ? error.message : "The fleet's port cannot be opened.";
      this.#options.log.error({ err: error, fleetId: this.fleetId }, "The fleet's port cannot be opened; it is tried again each second.");
    }
  }

  async #listen(port: number, fleet: Fleet): Promise<void> {
    if (this.#proxy?.port === port) return;
    const proxy = new FleetProxy(port, () => ({
      choose: (except: Backend | null) => this.#chooser.choose(this.#candidates, except),
      requestTimeoutMs: parseDuration(this.#record.fleet?.requestTimeout ?? fleet.requestTimeout) ?? 10_000,
      fleetName: fleet.name,
    }));
    await proxy.listen();
    holdPort(port);
    void this.#proxy?.close(closeGraceMs);
    this.#proxy = proxy;
    this.#portProblem = null;
  }

  /** A slot for each instance of the definition, no other. */
  async #matchSlots(): Promise<void> {
    const wanted = new Set(this.fleet.instances.map(({ id }) => id));
    for (const instanceId of wanted) if (!this.#slots.has(instanceId)) this.#slots.set(instanceId, this.#createSlot(instanceId));
    const gone = [...this.#slots.values()].filter(({ instanceId }) => !wanted.has(instanceId));
    for (const { instanceId } of gone) this.#slots.delete(instanceId);
    this.#candidates = [...this.#slots.values()];
    await Promise.all(
      gone.map(async (slot) => {
        slot.close();
        await slot.end();
        slot.output.remove();
      }),
    );
  }

  #createSlot(instanceId: string): Slot {
    const { logDirectory, stage, second, log } = this.#options;
    return new Slot({
      instanceId,
      record: this.#record.slots[instanceId] ?? { inRotation: false, unit: null },
      outputDirectory: join(logDirectory, this.fleetId, instanceId),
      user: this.#user,
      checks: () => this.fleet,
      stage,
      second,
      save: () => this.#file.save(),
      log,
    });
  }

  #read(): FleetRecord {
    this.#record.slots = this.#record.fleet ? this.#mapSlots((slot) => slot.record) : {};
    this.#record.savedAt = Date.now();
    return this.#record;
  }

  #mapSlots<Value>(map: (slot: Slot) => Value): Record<string, Value> {
    return Object.fromEntries([...this.#slots.values()].map((slot) => [slot.instanceId, map(slot)]));
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#work.then(work);
    this.#work = mine.catch(() => undefined);
    return mine;
  }
}

function checksOf(fleet: Fleet | null): string {
  return JSON.stringify([fleet?.readiness, fleet?.liveness]);
}
