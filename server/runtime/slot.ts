import { Failure } from "#domain/failure.ts";
import type { Check } from "#domain/fleet.ts";
import type { InstanceTick } from "#domain/metric.ts";
import type { Release } from "#domain/release.ts";
import type { Logger } from "#server/log.ts";
import { prepareLaunch } from "./artifact.ts";
import type { ChildUser } from "./identity.ts";
import { InstanceLog } from "./logs.ts";
import { Backend, type Candidate, type SecondClock } from "./pool.ts";
import { giveBackPort, reservePort } from "./ports.ts";
import { Rotation } from "./rotation.ts";
import type { Stage } from "./stage.ts";
import type { SlotRecord, UnitRecord } from "./state.ts";
import { Unit } from "./unit.ts";

/** Replacements asked for one instance at a time: the one that runs and those that wait for it. */
const replacementsMax = 4;

export interface SlotOptions {
  readonly instanceId: string;
  readonly record: SlotRecord;
  readonly outputDirectory: string;
  readonly user: ChildUser | null;
  readonly checks: () => { readonly readiness: Check; readonly liveness: Check | null };
  readonly stage: Stage;
  readonly second: SecondClock;
  readonly save: () => Promise<void>;
  readonly log: Logger;
}

/** One instance: the unit that runs in it now and its place in the rotation. */
export class Slot implements Candidate {
  readonly instanceId: string;
  readonly rotation: Rotation;
  readonly output: InstanceLog;
  readonly #options: SlotOptions;
  readonly #replacing = new Map<string, Promise<void>>();
  #unit: Unit | null = null;
  /** The unit before this one, until its last counts are told. */
  #retired: Backend | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.instanceId = options.instanceId;
    this.output = new InstanceLog(options.outputDirectory, options.user);
    this.rotation = new Rotation(options.record.inRotation, () => this.#saveSoon());
    if (options.record.unit) this.#enter(this.#createUnit(options.record.unit));
  }

  get unit(): Unit | null {
    return this.#unit;
  }

  get backend(): Backend | null {
    return this.#unit?.running ? this.rotation.backend : null;
  }

  get inRotation(): boolean {
    return this.rotation.isIn;
  }

  get ready(): boolean {
    return this.#unit?.ready ?? false;
  }

  get record(): SlotRecord {
    return { inRotation: this.rotation.isIn, unit: this.#unit?.record ?? null };
  }

  /** The same key again joins, or finds it done. A first start that failed is tried again. `mayAct` is asked when its turn has come. */
  replace(release: Release, key: string, mayAct: () => Promise<void>): Promise<void> {
    const joined = this.#replacing.get(key);
    if (joined) return joined;
    if (this.#replacing.size >= replacementsMax) {
      return Promise.reject(
        new Failure("limit", `${this.instanceId} is being replaced already, and ${replacementsMax - 1} more wait. Try again later.`),
      );
    }
    const mine = this.#work.then(async () => {
      await mayAct();
      await this.#replaceNow(release, key);
    });
    this.#work = mine.catch(() => undefined);
    const known = mine.finally(() => this.#replacing.delete(key));
    this.#replacing.set(key, known);
    return known;
  }

  /** No more units; see `end`. */
  close(): void {
    this.#closed = true;
  }

  async end(): Promise<void> {
    this.rotation.leaveNow();
    await this.#work;
    await this.#leave();
  }

  /** Counts of the second that ends; null when there is no unit. A replaced unit's last counts go before its successor's. */
  takeTick(at: number): InstanceTick | null {
    const retired = this.#retired?.counters.touched ? this.#retired : null;
    this.#retired = null;
    const backend = retired ?? this.rotation.backend;
    if (!backend) return null;
    const firstReadyAt = retired ? null : (this.#unit?.record.firstReadyAt ?? null);
    return {
      unitKey: backend.unitKey,
      releaseId: backend.releaseId,
      ...backend.counters.take(),
      inFlight: backend.inFlight,
      readyForMs: firstReadyAt === null ? null : Math.max(0, at - firstReadyAt),
      inRotation: !retired && this.rotation.isIn,
    };
  }

  async #replaceNow(release: Release, key: string): Promise<void> {
    if (this.#closed) throw new Failure("not-found", `${this.instanceId} is no longer part of its fleet.`);
    if (this.#unit?.record.key === key && this.#unit.record.refusal === null) return;
    // Before the old unit is touched: a release that cannot start must not cost what runs.
    const launch = await prepareLaunch(release, this.#options.user, this.#options.stage);
    this.rotation.leaveNow();
    await this.#leave();
    const port = await reservePort();
    const fresh = { key, release, port, pid: null, startTime: null, startedAt: Date.now(), restarts: 0, firstReadyAt: null, refusal: null };
    const unit = this.#createUnit(fresh);
    this.#enter(unit);
    try {
      await unit.start(launch);
    } finally {
      await this.#options.save();
    }
  }

  #enter(unit: Unit): void {
    const { key, release, port } = unit.record;
    this.#unit = unit;
    this.rotation.exchange(new Backend({ port, unitKey: key, releaseId: release.releaseId, second: this.#options.second }));
  }

  async #leave(): Promise<void> {
    if (!this.#unit) return;
    await this.#unit.stop();
    giveBackPort(this.#unit.record.port);
    this.#retired = this.rotation.backend;
    this.rotation.exchange(null);
  }

  #createUnit(record: UnitRecord): Unit {
    const { checks, user, stage, save, log } = this.#options;
    return new Unit({ record, checks, user, output: this.output, stage, save, log });
  }

  #saveSoon(): void {
    this.#options.save().catch((error: unknown) => this.#options.log.error({ err: error }, "The state could not be saved."));
  }
}
