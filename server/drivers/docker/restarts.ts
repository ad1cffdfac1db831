import type { Fleet } from "#domain/fleet.ts";
import type { Fence } from "#server/drivers/driver.ts";
import type { Logger } from "#server/log.ts";
import type { Container } from "./containers.ts";

const backoffMsMin = 1_000;
const backoffMsMax = 30_000;
/** Well for this long, and the next failure starts the backoff anew. */
const stableMs = 60_000;
/** Containers that are remembered, of all fleets together. */
const keptMax = 10_000;

interface Own {
  readonly count: number;
  readonly inRow: number;
  readonly at: number;
}

interface RestartsInput {
  readonly restart: (fleet: Fleet, id: string, fence: Fence) => Promise<void>;
  readonly log: Logger;
}

/**
 * Starts a container again whose liveness check fails, with backoff, under the token that its fleet was made known with. The
 * engine counts only what it restarted by itself, so ours are counted here: a new control plane counts them from 0.
 */
export class Restarts {
  readonly #restart: RestartsInput["restart"];
  readonly #log: Logger;
  readonly #fleets = new Map<string, { readonly fleet: Fleet; readonly fence: Fence }>();
  readonly #own = new Map<string, Own>();
  readonly #told = new Map<string, { total: number; told: number }>();
  readonly #underWay = new Set<string>();

  constructor({ restart, log }: RestartsInput) {
    this.#restart = restart;
    this.#log = log;
  }

  noteFleet(fleet: Fleet, fence: Fence): void {
    this.#fleets.set(fleet.fleetId, { fleet, fence });
  }

  forgetFleet(fleetId: string): void {
    this.#fleets.delete(fleetId);
  }

  noteSeen(containers: readonly Container[]): void {
    for (const { id, restarts } of containers) {
      const total = restarts + this.countOf(id);
      keep(this.#told, id, { total, told: this.#told.get(id)?.told ?? total });
    }
  }

  countOf(id: string): number {
    return this.#own.get(id)?.count ?? 0;
  }

  /** Restarts since it was last asked. */
  takeNew(id: string): number {
    const known = this.#told.get(id);
    if (!known) return 0;
    const fresh = known.total - known.told;
    known.told = known.total;
    return Math.max(0, fresh);
  }

  onSick(fleetId: string, id: string, answer: string): void {
    const known = this.#fleets.get(fleetId);
    const own = this.#own.get(id) ?? { count: 0, inRow: 0, at: Number.NEGATIVE_INFINITY };
    const sinceMs = performance.now() - own.at;
    const inRow = sinceMs > stableMs ? 0 : own.inRow;
    const waitMs = inRow === 0 ? 0 : Math.min(backoffMsMax, backoffMsMin * 2 ** (inRow - 1));
    if (!known || this.#underWay.has(id) || sinceMs < waitMs) return;
    this.#log.warn({ fleetId, container: id.slice(0, 12), answer }, "The liveness check failed; the container is started again.");
    keep(this.#own, id, { count: own.count + 1, inRow: inRow + 1, at: performance.now() });
    this.#underWay.add(id);
    this.#restart(known.fleet, id, known.fence)
      .catch((error: unknown) => this.#log.warn({ err: error, container: id.slice(0, 12) }, "A container could not be started again."))
      .finally(() => this.#underWay.delete(id));
  }
}

function keep<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > keptMax && oldest !== undefined) map.delete(oldest);
}
