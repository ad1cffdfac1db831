import type { InstanceTick } from "#domain/metric.ts";
import { Backend, type Candidate, type SecondClock } from "./pool.ts";
import { giveBackPort } from "./ports.ts";
import { Rotation } from "./rotation.ts";
import type { SeatRecord } from "./state.ts";
import { Unit, type UnitOptions } from "./unit.ts";
import type { UsageOf } from "./usage.ts";

export interface SeatOptions extends Omit<UnitOptions, "record"> {
  readonly record: SeatRecord;
  readonly second: SecondClock;
}

/** A unit with its own place in the rotation, its port and its counts. They come and go together. */
export class Seat implements Candidate {
  readonly unit: Unit;
  readonly rotation: Rotation;
  #restartsTold: number;

  constructor({ record, second, ...options }: SeatOptions) {
    const { key, release, port } = record.unit;
    const saveSoon = () => options.save().catch((error: unknown) => options.log.error({ err: error }, "The state could not be saved."));
    this.#restartsTold = record.unit.restarts;
    this.unit = new Unit({ ...options, record: record.unit });
    this.rotation = new Rotation(new Backend({ port, unitKey: key, releaseId: release.releaseId, second }), record.inRotation, () => void saveSoon());
  }

  get key(): string {
    return this.unit.record.key;
  }

  /** Its first start failed: it stays as it is until it is replaced or started again. */
  get isRefused(): boolean {
    return this.unit.record.refusal !== null;
  }

  get backend(): Backend | null {
    return this.unit.running ? this.rotation.backend : null;
  }

  get inRotation(): boolean {
    return this.rotation.isIn;
  }

  get ready(): boolean {
    return this.unit.ready;
  }

  get record(): SeatRecord {
    return { inRotation: this.rotation.isIn, unit: this.unit.record };
  }

  /** Something was counted that nobody has been told yet. */
  get hasCounts(): boolean {
    return this.rotation.backend.counters.touched;
  }

  /** Counts of the second that ends. */
  takeTick(at: number, usageOf: UsageOf): InstanceTick {
    const { unitKey, releaseId, counters, inFlight } = this.rotation.backend;
    const { firstReadyAt, pid } = this.unit.record;
    const readyForMs = firstReadyAt === null ? null : Math.max(0, at - firstReadyAt);
    const usage = { ...usageOf(pid), restarts: this.#takeRestarts() };
    return { unitKey, releaseId, ...counters.take(), inFlight, readyForMs, inRotation: this.rotation.isIn, usage };
  }

  #takeRestarts(): number {
    const { restarts } = this.unit.record;
    const fresh = restarts - this.#restartsTold;
    this.#restartsTold = restarts;
    return fresh;
  }

  /** Out of rotation within `drainMs`, then stopped politely or by force. Its record stays what it was, without a process. */
  async end(drainMs: number): Promise<void> {
    await this.rotation.leave(drainMs);
    await this.unit.stop();
    giveBackPort(this.unit.record.port);
    this.rotation.backend.close();
  }
}
