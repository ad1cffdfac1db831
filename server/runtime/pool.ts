import { type Dispatcher, Pool } from "undici";
import { Counters } from "./counters.ts";

/** More at once and the instance is left out: it would only queue. */
export const inFlightMax = 1_024;
/** An idle connection is dropped before the instance would drop it, or a request could meet its closing. */
const keepAliveMs = 1_000;
const keepAliveMsMax = 4_000;
const connectMsMax = 2_000;

/** How a request ended. Only the first two are answers of the instance; one that was cut is counted apart. */
export type Outcome = "answered" | "failed" | "client-gone" | "cut" | "unsent";

export interface Flight {
  /** Once: later calls do nothing. */
  end(outcome: Outcome): void;
}

/** Start of the current second on performance.now's clock, the same for every fleet. */
export interface SecondClock {
  startedAt: number;
}

/** The balancer's side of one unit: its connections, what is in flight, and what was counted. */
export class Backend {
  readonly host: string;
  readonly port: number;
  readonly unitKey: string;
  readonly releaseId: string;
  readonly counters = new Counters();
  readonly #second: SecondClock;
  readonly #flights = new Map<Flight, () => void>();
  readonly #kept: Pool;
  readonly #single: Pool;
  #onIdle: (() => void) | null = null;

  /** `host`: the loopback address when left out. */
  constructor(options: { host?: string; port: number; unitKey: string; releaseId: string; second: SecondClock }) {
    this.host = options.host ?? "127.0.0.1";
    this.port = options.port;
    this.unitKey = options.unitKey;
    this.releaseId = options.releaseId;
    this.#second = options.second;
    const common = { keepAliveTimeout: keepAliveMs, keepAliveMaxTimeout: keepAliveMsMax, connect: { timeout: connectMsMax } };
    const origin = `http://${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`;
    this.#kept = new Pool(origin, { ...common, pipelining: 1 });
    this.#single = new Pool(origin, { ...common, pipelining: 0 });
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /**
   * Sends a request. One that may not be sent twice gets a connection of its own: on a kept one it could meet the
   * instance's closing of an idle connection, and nobody could tell whether it was received.
   */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, repeatable: boolean): void {
    (repeatable ? this.#kept : this.#single).dispatch(options, handler);
  }

  /** A request begins. `cut` is called when it may not go on; it must end the flight. */
  begin(cut: () => void): Flight {
    const startedAt = performance.now();
    const flight: Flight = {
      end: (outcome) => {
        if (!this.#flights.delete(flight)) return;
        if (outcome === "answered" || outcome === "failed") {
          const now = performance.now();
          this.counters.count(now - this.#second.startedAt, now - startedAt, outcome === "failed");
        }
        if (outcome === "cut") this.counters.countCut();
        if (this.#flights.size === 0) this.#onIdle?.();
      },
    };
    this.#flights.set(flight, cut);
    return flight;
  }

  /** Called each time the last request in flight has ended; null to stop that. */
  onIdle(listener: (() => void) | null): void {
    this.#onIdle = listener;
  }

  /** Ends what is in flight. Returns how many that were. */
  cutAll(): number {
    const cuts = [...this.#flights.values()];
    for (const cut of cuts) cut();
    return cuts.length;
  }

  close(): void {
    this.cutAll();
    void this.#kept.destroy().catch(() => undefined);
    void this.#single.destroy().catch(() => undefined);
  }
}

/** What the choice looks at: one unit of the fleet. */
export interface Candidate {
  readonly backend: Backend | null;
  readonly inRotation: boolean;
  /** Its readiness check holds. */
  readonly ready: boolean;
}

/** Chooses the next unit: least in flight, and among equals each in its turn. */
export class Chooser {
  #turn = 0;

  /** Ready ones before those that are only in rotation: a check may be wrong, and some answer is better than none. */
  choose(candidates: readonly Candidate[], except: Backend | null): Backend | null {
    return this.#least(candidates, except, true) ?? this.#least(candidates, except, false);
  }

  #least(candidates: readonly Candidate[], except: Backend | null, readyOnly: boolean): Backend | null {
    let best: Backend | null = null;
    let bestIndex = 0;
    for (let step = 0; step < candidates.length; step += 1) {
      const index = (this.#turn + step) % candidates.length;
      const { backend, inRotation, ready } = candidates[index] as Candidate;
      if (!backend || !inRotation || backend === except || (readyOnly && !ready)) continue;
      if (backend.inFlight >= (best?.inFlight ?? inFlightMax)) continue;
      best = backend;
      bestIndex = index;
    }
    if (best) this.#turn = (bestIndex + 1) % candidates.length;
    return best;
  }
}
