import { Failure } from "#domain/failure.ts";
import type { Seat } from "./seat.ts";
import type { Slot } from "./slot.ts";
import type { SlotRecord } from "./state.ts";

/** Requests in flight on an instance that has left its fleet get this long. */
const leaveDrainMs = 5_000;

export type CreateSlot = (instanceId: string, record: SlotRecord, onSeats: () => void) => Slot;

/** A fleet's slots by instance: those of its definition, and those that have left it until they are removed. */
export class Slots {
  readonly #create: CreateSlot;
  readonly #onChange: () => void;
  readonly #slots = new Map<string, Slot>();
  readonly #removing = new Map<string, Promise<void>>();
  #seats: readonly Seat[] = [];

  /** `onChange`: a unit came or went. */
  constructor(create: CreateSlot, onChange: () => void) {
    this.#create = create;
    this.#onChange = onChange;
  }

  get all(): Slot[] {
    return [...this.#slots.values()];
  }

  /** All units. */
  get seats(): readonly Seat[] {
    return this.#seats;
  }

  /** Throws Failure("not-found"). */
  get(instanceId: string, fleetName: string): Slot {
    const slot = this.#slots.get(instanceId);
    if (slot) return slot;
    throw new Failure("not-found", `Fleet ${fleetName} has no instance ${instanceId} on this machine.`);
  }

  /** What an earlier runtime left. */
  resume(records: Readonly<Record<string, SlotRecord>>): void {
    for (const [instanceId, record] of Object.entries(records)) this.#add(instanceId, record);
    this.#renewSeats();
  }

  /** A slot for each of these. One that is just being removed ends first; those beyond stay. */
  async ensure(instanceIds: readonly string[]): Promise<void> {
    await Promise.allSettled(instanceIds.map((instanceId) => this.#removing.get(instanceId)));
    for (const instanceId of instanceIds) if (!this.#slots.has(instanceId)) this.#add(instanceId, { inRotation: false, unit: null, next: null });
    this.#renewSeats();
  }

  /** Ends its units and forgets it, its log included. One that is not known is done. */
  remove(instanceId: string, drainMs = leaveDrainMs): Promise<void> {
    const slot = this.#slots.get(instanceId);
    const joined = this.#removing.get(instanceId);
    if (joined || !slot) return joined ?? Promise.resolve();
    const mine = this.#removeNow(slot, drainMs).finally(() => this.#removing.delete(instanceId));
    this.#removing.set(instanceId, mine);
    return mine;
  }

  async removeAll(): Promise<void> {
    await Promise.all(this.all.map(({ instanceId }) => this.remove(instanceId, 0)));
  }

  /** Ends all units and remembers them. */
  async end(): Promise<void> {
    for (const slot of this.all) slot.close();
    await Promise.all(this.all.map((slot) => slot.end(0)));
  }

  map<Value>(map: (slot: Slot) => Value): Record<string, Value> {
    return Object.fromEntries(this.all.map((slot) => [slot.instanceId, map(slot)]));
  }

  async #removeNow(slot: Slot, drainMs: number): Promise<void> {
    slot.close();
    await slot.end(drainMs);
    this.#slots.delete(slot.instanceId);
    this.#renewSeats();
    slot.output.remove();
  }

  #add(instanceId: string, record: SlotRecord): void {
    this.#slots.set(
      instanceId,
      this.#create(instanceId, record, () => this.#renewSeats()),
    );
  }

  #renewSeats(): void {
    this.#seats = this.all.flatMap(({ seats }) => seats);
    this.#onChange();
  }
}
