import type { UnitTarget } from "#domain/engine/effect.ts";
import { Failure } from "#domain/failure.ts";
import type { Check } from "#domain/fleet.ts";
import { type InstanceTick, nextNameOf } from "#domain/metric.ts";
import type { Release } from "#domain/release.ts";
import type { ChildUser } from "#server/io/child-user.ts";
import type { Logger } from "#server/log.ts";
import { type Launch, prepareLaunch } from "./artifact.ts";
import type { HeldSecrets } from "./held-secrets.ts";
import { InstanceLog } from "./logs.ts";
import type { SecondClock } from "./pool.ts";
import { reservePort } from "./ports.ts";
import type { Asked, RotationAnswer, RotationsAnswer, UnitAnswer, UnitsAnswer } from "./protocol.ts";
import { Seat } from "./seat.ts";
import type { Stage } from "./stage.ts";
import type { SeatRecord, SlotRecord, UnitRecord } from "./state.ts";
import type { UsageOf } from "./usage.ts";

/** Things asked of one instance at a time: the one that is done and those that wait for it. */
const askedMax = 4;
/** A second unit that takes requests when it is discarded gets this long for those in flight. */
const discardDrainMs = 5_000;

const noUnit: UnitAnswer = { unit: null, ready: false, readyForMs: null, probe: null };
const noRotation: RotationAnswer = { rotation: "out", inFlight: 0, cut: 0 };

export interface SlotOptions {
  readonly instanceId: string;
  readonly record: SlotRecord;
  readonly outputDirectory: string;
  readonly user: ChildUser | null;
  readonly checks: () => { readonly readiness: Check; readonly liveness: Check | null };
  readonly stage: Stage;
  readonly secrets: HeldSecrets;
  readonly second: SecondClock;
  /** Throws when a higher token has been seen. */
  readonly passFence: (token: number) => Promise<void>;
  readonly save: () => Promise<void>;
  /** A unit came, went, or took another's place. */
  readonly onSeats: () => void;
  readonly log: Logger;
}

/**
 * One instance: a place that stays while units come and go. It has one unit, and during a start-first update a next one
 * beside it, which takes the first one's place (retire) or is given up (discard). Each act may be asked again under its
 * key: it is joined, or found done. A runtime that dies within one leaves both units, and the act is asked again.
 */
export class Slot {
  readonly instanceId: string;
  readonly output: InstanceLog;
  readonly #options: SlotOptions;
  readonly #asked = new Map<string, Promise<void>>();
  #unit: Seat | null = null;
  #next: Seat | null = null;
  /** Units that ended, until their last counts are told. */
  #ended: Seat[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.instanceId = options.instanceId;
    this.output = new InstanceLog(options.outputDirectory, options.user);
    const { inRotation, unit, next } = options.record;
    this.#unit = unit && this.#createSeat({ inRotation, unit });
    this.#next = next && this.#createSeat(next);
  }

  get seats(): Seat[] {
    return [this.#unit, this.#next].filter((seat) => seat !== null);
  }

  get record(): SlotRecord {
    const first = this.#unit?.record;
    return { inRotation: first?.inRotation ?? false, unit: first?.unit ?? null, next: this.#next?.record ?? null };
  }

  observeUnits(): UnitsAnswer {
    return { ...(this.#unit?.unit.observe() ?? noUnit), next: this.#next?.unit.observe() ?? null };
  }

  observeRotation(): RotationsAnswer {
    return { ...(this.#unit?.rotation.observe() ?? noRotation), next: this.#next?.rotation.observe() ?? null };
  }

  /** On the disk when it resolves: whoever comes after a death sends no request where none may go. */
  async drain({ target, timeoutMs }: Asked<"rotation.drain">): Promise<void> {
    this.#seatAt(target)?.rotation.drain(timeoutMs);
    await this.#options.save();
  }

  /** Throws Failure("not-allowed-now") when it is not ready. */
  async restore({ target }: Asked<"rotation.restore">): Promise<void> {
    const seat = this.#seatAt(target);
    if (!seat) throw new Failure("not-allowed-now", `${this.instanceId} cannot take requests: nothing runs there.`);
    seat.rotation.restore(seat.ready, seat.unit.notReadyText);
    await this.#options.save();
  }

  /** Afterwards exactly this unit is there. A first start that failed is tried again. */
  replace({ release, key, fence }: Asked<"unit.replace">): Promise<void> {
    return this.#inTurn(`replace ${key}`, fence, async () => {
      if (this.#unit?.key === key && !this.#unit.isRefused) return;
      // Before the old unit is touched: a release that cannot start must not cost what runs.
      const place = await this.#prepare(release);
      await Promise.all(this.seats.map((seat) => this.#leave(seat, 0)));
      await this.#enter("unit", { release, key, ...place });
    });
  }

  /** A second unit beside the first. Throws Failure("conflict") when there is one of another key. */
  start({ release, key, fence }: Asked<"unit.start">): Promise<void> {
    return this.#inTurn(`start ${key}`, fence, async () => {
      const next = this.#next;
      if (this.#unit?.key === key || (next?.key === key && !next.isRefused)) return;
      if (next && next.key !== key) {
        throw new Failure("conflict", `${this.instanceId} has a second unit already (${next.key}). Retire the first or discard this one before.`);
      }
      const place = await this.#prepare(release);
      if (next) await this.#leave(next, 0);
      await this.#enter("next", { release, key, ...place });
    });
  }

  /** The next unit takes the first one's place. Throws Failure("conflict") while the first one may still have requests. */
  retire({ key, fence }: Asked<"unit.retire">): Promise<void> {
    return this.#inTurn(`retire ${key}`, fence, async () => {
      const first = this.#unit;
      if (first?.key === key) return;
      if (this.#next?.key !== key) throw new Failure("not-found", `${this.instanceId} has no second unit ${key}.`);
      if (first && !first.rotation.isOut) {
        throw new Failure("conflict", `The first unit of ${this.instanceId} still takes or has requests. Drain it before it is retired.`);
      }
      if (first) await this.#leave(first, 0);
      this.#unit = this.#next;
      this.#next = null;
      this.#options.onSeats();
      await this.#options.save();
    });
  }

  /** Ends the next unit; the first goes on. Throws Failure("conflict") when it has taken the first one's place already. */
  discard({ key, fence }: Asked<"unit.discard">): Promise<void> {
    return this.#inTurn(`discard ${key}`, fence, async () => {
      if (this.#unit?.key === key) throw new Failure("conflict", `Unit ${key} of ${this.instanceId} is no second one any more: it took over.`);
      if (this.#next?.key !== key) return;
      await this.#leave(this.#next, discardDrainMs);
      await this.#options.save();
    });
  }

  /** No more units; see `end`. */
  close(): void {
    this.#closed = true;
  }

  /** Ends its units and remembers them. Requests in flight get `drainMs`. */
  async end(drainMs: number): Promise<void> {
    for (const seat of this.seats) void seat.rotation.leave(drainMs);
    await this.#work;
    await Promise.all(this.seats.map((seat) => seat.end(drainMs)));
  }

  /** Counts of the second that ends, by their names in a tick. The last ones of a unit that ended go before a second unit's. */
  takeTicks(at: number, usageOf: UsageOf): Record<string, InstanceTick> {
    const second = this.#ended.shift() ?? this.#next;
    const ticks: Record<string, InstanceTick> = {};
    if (this.#unit) ticks[this.instanceId] = this.#unit.takeTick(at, usageOf);
    if (second) ticks[nextNameOf(this.instanceId)] = second.takeTick(at, usageOf);
    return ticks;
  }

  /** One thing at a time; the same again joins. The token is asked for once more when its turn has come. */
  #inTurn(name: string, fence: number, act: () => Promise<void>): Promise<void> {
    const joined = this.#asked.get(name);
    if (joined) return joined;
    if (this.#asked.size >= askedMax) {
      return Promise.reject(new Failure("limit", `${this.instanceId} is being changed already, and ${askedMax - 1} more wait. Try again later.`));
    }
    const mine = this.#work.then(async () => {
      await this.#options.passFence(fence);
      if (this.#closed) throw new Failure("not-found", `${this.instanceId} is no longer part of its fleet.`);
      await act();
    });
    this.#work = mine.catch(() => undefined);
    const known = mine.finally(() => this.#asked.delete(name));
    this.#asked.set(name, known);
    return known;
  }

  async #prepare(release: Release): Promise<{ launch: Launch; port: number }> {
    return { launch: await prepareLaunch(release, this.#options), port: await reservePort() };
  }

  async #enter(target: UnitTarget, { launch, ...unit }: Pick<UnitRecord, "release" | "key" | "port"> & { launch: Launch }): Promise<void> {
    // Beside another unit it writes its output into files of its own: its last words are then its own.
    const lane = this.seats[0]?.unit.record.lane === 0 ? 1 : 0;
    const process = { pid: null, startTime: null, startedAt: Date.now(), restarts: 0, firstReadyAt: null, refusal: null };
    const seat = this.#createSeat({ inRotation: false, unit: { ...unit, lane, ...process } });
    if (target === "unit") this.#unit = seat;
    else this.#next = seat;
    this.#options.onSeats();
    try {
      await seat.unit.start(launch);
    } finally {
      await this.#options.save();
    }
  }

  async #leave(seat: Seat, drainMs: number): Promise<void> {
    await seat.end(drainMs);
    if (this.#unit === seat) this.#unit = null;
    if (this.#next === seat) this.#next = null;
    if (seat.hasCounts) this.#ended.push(seat);
    this.#options.onSeats();
  }

  #seatAt(target: UnitTarget): Seat | null {
    return target === "unit" ? this.#unit : this.#next;
  }

  #createSeat(record: SeatRecord): Seat {
    const { checks, user, stage, secrets, second, save, log } = this.#options;
    return new Seat({ record, checks, user, output: this.output, stage, secrets, second, save, log });
  }
}
