import { Failure } from "#domain/failure.ts";
import type { Backend } from "./pool.ts";
import type { RotationAnswer } from "./protocol.ts";

/**
 * Whether a unit takes new requests. in → draining: no new ones, those in flight may end. draining → out: the last
 * one ended, or the deadline passed and the rest was cut. draining, out → in: restored. Who leaves is never restored.
 */
export class Rotation {
  readonly backend: Backend;
  #state: RotationAnswer["rotation"];
  #deadline: NodeJS.Timeout | undefined;
  #cut = 0;
  #leaving: Promise<void> | null = null;
  #onOut: () => void = () => undefined;
  readonly #onChange: () => void;

  constructor(backend: Backend, inRotation: boolean, onChange: () => void) {
    this.backend = backend;
    this.#state = inRotation ? "in" : "out";
    this.#onChange = onChange;
  }

  get isIn(): boolean {
    return this.#state === "in";
  }

  /** Nothing is in flight any more, and nothing will be. */
  get isOut(): boolean {
    return this.#state === "out";
  }

  observe(): RotationAnswer {
    return { rotation: this.#state, inFlight: this.backend.inFlight, cut: this.#cut };
  }

  /** Out of rotation at once. Asked again while draining it keeps its first deadline. */
  drain(timeoutMs: number): void {
    if (this.#state !== "in") return;
    this.#cut = 0;
    this.#state = "draining";
    this.#onChange();
    if (this.backend.inFlight === 0) {
      this.#leaveNow();
      return;
    }
    this.backend.onIdle(() => this.#leaveNow());
    this.#deadline = setTimeout(() => this.#cutRest(), timeoutMs);
  }

  /** Throws Failure("not-allowed-now") when there is nothing that could take requests. */
  restore(ready: boolean, why: string): void {
    if (this.#state === "in") return;
    if (this.#leaving) throw new Failure("not-allowed-now", "It is being ended, so it cannot take requests.");
    if (!ready) throw new Failure("not-allowed-now", `It is not ready, so it cannot take requests: ${why}.`);
    this.#forgetDrain();
    this.#state = "in";
    this.#onChange();
  }

  /** For good. Resolves when it is out: at the latest after this time, when the rest was cut and counted. */
  leave(withinMs: number): Promise<void> {
    this.drain(withinMs);
    this.#leaving ??= new Promise((resolve) => {
      this.#onOut = resolve;
    });
    if (this.#state === "out") this.#onOut();
    else if (withinMs === 0) this.#cutRest();
    else {
      clearTimeout(this.#deadline);
      this.#deadline = setTimeout(() => this.#cutRest(), withinMs);
    }
    return this.#leaving;
  }

  #cutRest(): void {
    this.backend.onIdle(null);
    this.#cut = this.backend.cutAll();
    this.#leaveNow();
  }

  #leaveNow(): void {
    this.#forgetDrain();
    this.#state = "out";
    this.#onChange();
    this.#onOut();
  }

  #forgetDrain(): void {
    clearTimeout(this.#deadline);
    this.backend.onIdle(null);
  }
}
