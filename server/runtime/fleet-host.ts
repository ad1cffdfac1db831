import { join } from "node:path";
import { parseDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick, InstanceTick } from "#domain/metric.ts";
import type { Release } from "#domain/release.ts";
import { type ChildUser, childUserOf } from "#server/io/child-user.ts";
import type { Logger } from "#server/log.ts";
import { prepareLaunch } from "./artifact.ts";
import { Guests } from "./guests.ts";
import type { HeldSecrets } from "./held-secrets.ts";
import { type Backend, type Candidate, Chooser, type SecondClock } from "./pool.ts";
import { giveBackPort, holdPort, reservePort } from "./ports.ts";
import type { Asked, FleetStatus, GuestUnits, RotationsAnswer, RuntimeLogLine, UnitsAnswer } from "./protocol.ts";
import { FleetProxy } from "./proxy.ts";
import { Slot } from "./slot.ts";
import { Slots } from "./slots.ts";
import type { Stage } from "./stage.ts";
import { createStateFile, type FleetRecord, type SlotRecord, type StateFile } from "./state.ts";
import type { UsageOf } from "./usage.ts";

/** Two minutes of ticks: an engine that restarts misses nothing. */
const ticksMax = 120;
const closeGraceMs = 5_000;

export interface HostOptions {
  readonly record: FleetRecord;
  readonly stateDirectory: string;
  readonly logDirectory: string;
  readonly stage: Stage;
  readonly secrets: HeldSecrets;
  readonly second: SecondClock;
  readonly log: Logger;
}

/** One fleet on this machine: its slots, its listener, its counts, and its record on the disk. */
export class FleetHost {
  readonly #options: HostOptions;
  readonly #record: FleetRecord;
  readonly #file: StateFile;
  readonly #user: ChildUser | null;
  readonly #slots: Slots;
  readonly #guests: Guests;
  readonly #chooser = new Chooser();
  /** Made anew when a unit comes or goes: the proxy asks with each request. */
  #candidates: readonly Candidate[] = [];
  #proxy: FleetProxy | null = null;
  #portProblem: string | null = null;
  #ticks: FleetTick[] = [];
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: HostOptions) {
    this.#options = options;
    this.#record = options.record;
    this.#user = childUserOf(options.record.fleetId);
    this.#file = createStateFile(options.stateDirectory, options.record.fleetId, () => this.#read());
    const onChange = () => this.#renewCandidates();
    this.#slots = new Slots((instanceId, record, onSeats) => this.#createSlot(instanceId, record, onSeats), onChange);
    this.#guests = new Guests({ readiness: () => this.fleet.readiness, second: options.second, save: () => this.#file.save(), onChange });
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
    return this.#slots.seats.map(({ unit }) => unit.record.release.digest);
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

  /** An instance that is no longer in the definition goes on as it is, until it is removed. */
  ensure(fleet: Fleet): Promise<void> {
    return this.#inTurn(async () => {
      const isServed = this.#proxy !== null || fleet.balancer.type !== "embedded";
      if (JSON.stringify(this.#record.fleet) === JSON.stringify(fleet) && isServed) return;
      const port = fleet.balancer.type === "embedded" ? fleet.balancer.port || this.#record.port || (await reservePort()) : 0;
      if (port !== 0) await this.#listen(port, fleet);
      const checksBefore = checksOf(this.#record.fleet);
      this.#record.fleet = fleet;
      this.#record.port = port;
      await this.#ensureSlots();
      if (checksBefore !== checksOf(fleet)) for (const { unit } of this.#slots.seats) unit.renewChecks();
      await this.#file.save();
    });
  }

  /** After a restart of the runtime: what lives is taken over, what ended is started again, traffic goes on. */
  async resume(): Promise<void> {
    if (this.removed) return;
    this.#slots.resume(this.#record.slots);
    this.#guests.resume(this.#record.guests);
    await this.#ensureSlots();
    for (const { unit } of this.#slots.seats) holdPort(unit.record.port);
    const adopting = this.#slots.seats.map(({ unit }) => unit.adopt());
    // Users first: their traffic goes on before anybody may ask how things are.
    await this.#inTurn(() => this.#listenAgain());
    await Promise.all(adopting);
    await this.#file.save();
  }

  remove(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.removed) return;
      await Promise.all([this.#closeProxy(), this.#slots.removeAll(), this.#guests.removeAll()]);
      this.#record.fleet = null;
      this.#record.requestsPerSecond = 0;
      await this.#file.save();
    });
  }

  /** Ends every unit and the listener, and remembers what is to run. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#guests.release();
      await Promise.all([this.#closeProxy(), this.#slots.end()]);
      await this.#file.save();
    });
  }

  /** Lets go: units run on without us. */
  async leave(graceMs: number): Promise<void> {
    for (const { unit } of this.#slots.seats) unit.release();
    this.#guests.release();
    await Promise.all([this.#proxy?.close(graceMs), this.#file.save()]);
  }

  /** Throws Failure("not-found"). */
  slot(instanceId: string): Slot {
    return this.#slots.get(instanceId, this.fleet.name);
  }

  /** Throws Failure("conflict") for an instance that the fleet's definition still has. */
  async removeInstance(instanceId: string): Promise<void> {
    if (this.fleet.instances.some(({ id }) => id === instanceId)) {
      throw new Failure("conflict", `${instanceId} belongs to fleet ${this.fleet.name}. Take it out of the fleet before it is removed.`);
    }
    await this.#slots.remove(instanceId);
    await this.#file.save();
  }

  /** Throws Failure("invalid") where the release could not be started here. */
  async resolve(release: Release): Promise<void> {
    await prepareLaunch(release, { ...this.#options, user: this.#user });
  }

  observeUnits(): Record<string, UnitsAnswer> {
    return this.#slots.map((slot) => slot.observeUnits());
  }

  observeRotation(units: GuestUnits | undefined): Record<string, RotationsAnswer> {
    if (this.#portProblem) throw new Failure("conflict", this.#portProblem);
    return units ? this.#guests.observe(units) : this.#slots.map((slot) => slot.observeRotation());
  }

  async drain(asked: Asked<"rotation.drain">): Promise<void> {
    const { instanceId, guest, timeoutMs } = asked;
    await (guest ? this.#guests.drain(instanceId, guest, timeoutMs) : this.slot(instanceId).drain(asked));
  }

  /** Throws Failure("not-allowed-now") when it is not ready. */
  async restore(asked: Asked<"rotation.restore">): Promise<void> {
    const { instanceId, target, guest } = asked;
    await (guest ? this.#guests.restore(instanceId, target, guest) : this.slot(instanceId).restore(asked));
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

  /** Processes of this machine that run now. */
  get pids(): number[] {
    return this.#slots.seats.flatMap(({ unit }) => (unit.running && unit.record.pid !== null ? [unit.record.pid] : []));
  }

  /** Once a second: closes the second's counts. */
  tick(number: number, at: number, usageOf: UsageOf): void {
    if (this.removed) return;
    const instances: Record<string, InstanceTick> = this.#guests.takeTicks(at);
    for (const slot of this.#slots.all) Object.assign(instances, slot.takeTicks(at, usageOf));
    this.#ticks.push({ number, at, instances });
    if (this.#ticks.length > ticksMax) this.#ticks.shift();
    if (this.#portProblem) void this.#inTurn(() => this.#listenAgain());
  }

  pollLogs(): void {
    for (const { output } of this.#slots.all) output.poll();
  }

  status(): FleetStatus {
    const units = this.#slots.seats.filter(({ unit }) => unit.running).length;
    const { port, requestsPerSecond } = this.#record;
    return { fleetId: this.fleetId, name: this.fleet.name, port, portProblem: this.#portProblem, units, requestsPerSecond };
  }

  async #closeProxy(): Promise<void> {
    const proxy = this.#proxy;
    this.#proxy = null;
    await proxy?.close(closeGraceMs);
    giveBackPort(this.#record.port);
  }

  async #listenAgain(): Promise<void> {
    if (this.#record.port === 0) return;
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

  /** Instances whose units the runtime runs. */
  async #ensureSlots(): Promise<void> {
    if (this.fleet.driver.type === "process") await this.#slots.ensure(this.fleet.instances.map(({ id }) => id));
  }

  #renewCandidates(): void {
    this.#candidates = [...this.#slots.seats, ...this.#guests.candidates];
  }

  #createSlot(instanceId: string, record: SlotRecord, onSeats: () => void): Slot {
    const { logDirectory, stage, secrets, second, log } = this.#options;
    return new Slot({
      instanceId,
      record,
      outputDirectory: join(logDirectory, this.fleetId, instanceId),
      user: this.#user,
      checks: () => this.fleet,
      stage,
      secrets,
      second,
      passFence: (token) => this.passFence(token),
      save: () => this.#file.save(),
      onSeats,
      log,
    });
  }

  #read(): FleetRecord {
    this.#record.slots = this.#record.fleet ? this.#slots.map((slot) => slot.record) : {};
    this.#record.guests = this.#record.fleet ? this.#guests.records : [];
    this.#record.savedAt = Date.now();
    return this.#record;
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
