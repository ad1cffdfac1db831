import type { UnitTarget } from "#domain/engine/effect.ts";
import type { Check } from "#domain/fleet.ts";
import { type InstanceTick, nextNameOf } from "#domain/metric.ts";
import { type ProbeOptions, startProbe } from "#server/io/probe.ts";
import { Backend, type Candidate, type SecondClock } from "./pool.ts";

import type { Guest as GuestAsked, GuestUnits, RotationAnswer, RotationsAnswer } from "./protocol.ts";
import { Rotation } from "./rotation.ts";
import type { GuestRecord } from "./state.ts";

/** Requests in flight to a unit that is gone, or is elsewhere by now, get this long. */
const leaveDrainMs = 5_000;

const noRotation: RotationAnswer = { rotation: "out", inFlight: 0, cut: 0 };

export interface GuestsOptions {
  readonly readiness: () => Check;
  readonly second: SecondClock;
  /** Something is to be on the disk; awaited where a request waits for it. */
  readonly save: () => Promise<void>;
  /** A guest came or went. */
  readonly onChange: () => void;
}

/** A unit that somebody else runs, at its address, with its place in the rotation and its counts. */
class Guest implements Candidate {
  readonly record: Omit<GuestRecord, "inRotation">;
  readonly rotation: Rotation;
  readonly #probe: { close(): void };
  target: UnitTarget;
  leaving = false;
  /** Its driver has seen it so, until it answers otherwise. */
  ready = true;

  constructor(record: Guest["record"], target: UnitTarget, inRotation: boolean, { readiness, second, save }: GuestsOptions) {
    const { host, port } = parseAddress(record.address);
    this.record = record;
    this.target = target;
    this.rotation = new Rotation(
      new Backend({ host, port, unitKey: record.key, releaseId: record.releaseId, second }),
      inRotation,
      () => void save().catch(() => undefined),
    );
    const onAnswer: ProbeOptions["onAnswer"] = (_, passing, failing) => {
      if (passing || failing) this.ready = passing;
    };
    this.#probe = startProbe({ check: readiness(), host, port, eager: false, onAnswer });
  }

  get backend(): Backend {
    return this.rotation.backend;
  }

  get inRotation(): boolean {
    return this.rotation.isIn;
  }

  /** Stops asking; what is in flight goes on. */
  release(): void {
    this.#probe.close();
  }

  async end(drainMs: number): Promise<void> {
    this.leaving = true;
    await this.rotation.leave(drainMs);
    this.release();
    this.backend.close();
  }
}

/**
 * The units of a fleet that the runtime does not run but sends requests to. One comes with its first restore and goes when
 * its driver no longer has it: what is asked of a unit names its key and its address, for at another address it is another one.
 */
export class Guests {
  readonly #options: GuestsOptions;
  #guests: Guest[] = [];

  constructor(options: GuestsOptions) {
    this.#options = options;
  }

  get candidates(): readonly Candidate[] {
    return this.#guests;
  }

  get records(): GuestRecord[] {
    return this.#guests.filter(({ leaving }) => !leaving).map(({ record, rotation }) => ({ ...record, inRotation: rotation.isIn }));
  }

  /** What an earlier runtime left. */
  resume(records: readonly GuestRecord[]): void {
    for (const { inRotation, ...record } of records) this.#add(record, "unit", inRotation);
  }

  /** Where these units stand. Guests that are none of them end. */
  observe(units: GuestUnits): Record<string, RotationsAnswer> {
    const members = new Set<Guest>();
    const see = (instanceId: string, target: UnitTarget, unit: { readonly key: string; readonly address: string }): RotationAnswer => {
      const guest = this.#find(instanceId, unit);
      if (!guest) return noRotation;
      guest.target = target;
      members.add(guest);
      return guest.rotation.observe();
    };
    const seen = Object.entries(units).map(([instanceId, { unit, next }]): [string, RotationsAnswer] => [
      instanceId,
      { ...(unit ? see(instanceId, "unit", unit) : noRotation), next: next && see(instanceId, "next", next) },
    ]);
    for (const guest of this.#guests) if (!members.has(guest) && !guest.leaving) void this.#end(guest, leaveDrainMs);
    return Object.fromEntries(seen);
  }

  async drain(instanceId: string, unit: GuestAsked, timeoutMs: number): Promise<void> {
    this.#find(instanceId, unit)?.rotation.drain(timeoutMs);
    await this.#options.save();
  }

  /** Its driver has seen it ready. */
  async restore(instanceId: string, target: UnitTarget, unit: GuestAsked): Promise<void> {
    const guest = this.#find(instanceId, unit) ?? this.#add({ instanceId, ...unit, firstReadyAt: Date.now() }, target, false);
    guest.rotation.restore(true, "");
    await this.#options.save();
  }

  /** Counts of the second that ends, by their names in a tick. One that leaves is told beside the one that took its place. */
  takeTicks(at: number): Record<string, InstanceTick> {
    const ticks: Record<string, InstanceTick> = {};
    for (const { record, rotation, target, leaving } of this.#guests) {
      const name = target === "next" || leaving ? nextNameOf(record.instanceId) : record.instanceId;
      if (name in ticks) continue;
      const { unitKey, releaseId, counters, inFlight } = rotation.backend;
      const readyForMs = Math.max(0, at - record.firstReadyAt);
      ticks[name] = { unitKey, releaseId, ...counters.take(), inFlight, readyForMs, inRotation: rotation.isIn };
    }
    return ticks;
  }

  async removeAll(): Promise<void> {
    await Promise.all(this.#guests.map((guest) => this.#end(guest, 0)));
  }

  release(): void {
    for (const guest of this.#guests) guest.release();
  }

  #find(instanceId: string, { key, address }: { readonly key: string; readonly address: string }): Guest | undefined {
    return this.#guests.find(
      ({ record, leaving }) => !leaving && record.instanceId === instanceId && record.key === key && record.address === address,
    );
  }

  #add(record: Guest["record"], target: UnitTarget, inRotation: boolean): Guest {
    const guest = new Guest(record, target, inRotation, this.#options);
    this.#guests = [...this.#guests, guest];
    this.#options.onChange();
    return guest;
  }

  async #end(guest: Guest, drainMs: number): Promise<void> {
    await guest.end(drainMs);
    this.#guests = this.#guests.filter((each) => each !== guest);
    this.#options.onChange();
    await this.#options.save().catch(() => undefined);
  }
}

function parseAddress(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`http://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
}
