import { Failure } from "#domain/failure.ts";
import type { Backend } from "./pool.ts";
import type { RotationAnswer } from "./protocol.ts";

/**
 * Whether an instance takes new requests. in → draining: no new ones, those in flight may end. draining → out: the last
 * one ended, or the deadline passed and the rest was cut. draining, out → in: restored.
 */
export class Rotation {
  #state: RotationAnswer["rotation"];
  #backend: Backend | null = null;
  #deadline: NodeJS.Timeout | undefined;
  #cut = 0;
  readonly #onChange: () => void;

  constructor(inRotation: boolean, onChange: () => void) {
    this.#state = inRotation ? "in" : "out";
    this.#onChange = onChange;
  }

  get isIn(): boolean {
    return this.#state === "in";
  }

  get backend(): Backend | null {
    return this.#backend;
  }

  observe(): RotationAnswer {
    return { rotation: this.#state, inFlight: this.#backend?.inFlight ?? 0, cut: this.#cut };
  }

  /** Out of rotation at once. Asked again while draining it keeps its first deadline. */
  drain(timeoutMs: number): void {
    if (this.#state !== "in") return;
    this.#cut = 0;
    this.#state = "draining";
    this.#onChange();
    const backend = this.#backend;
    if (!backend || backend.inFlight === 0) {
      this.#leave();
      return;
    }
    backend.onIdle(() => this.#leave());
    this.#deadline = setTimeout(() => this.#cutRest(), timeoutMs);
  }

  /** Throws Failure("not-allowed-now") when there is nothing that could take requests. */
  restore(ready: boolean, why: string): void {
    if (this.#state === "in") return;
    if (!this.#backend || !ready) throw new Failure("not-allowed-now", `It is not ready, so it cannot take requests: ${why}.`);
    this.#forgetDrain();
    this.#state = "in";
    this.#onChange();
  }

  /** A new unit takes the old one's place; nothing of the old one may be in flight any more, or it is cut. */
  exchange(backend: Backend | null): void {
    this.#backend?.close();
    this.#backend = backend;
  }

  /** Out without waiting: what is in flight is cut and counted. */
  leaveNow(): void {
    if (this.#state === "in") this.drain(0);
    if (this.#state === "draining") this.#cutRest();
  }

  #cutRest(): void {
    this.#backend?.onIdle(null);
    this.#cut = this.#backend?.cutAll() ?? 0;
    this.#leave();
  }

  #leave(): void {
    this.#forgetDrain();
    this.#state = "out";
    this.#onChange();
  }

  #forgetDrain(): void {
    clearTimeout(this.#deadline);
    this.#backend?.onIdle(null);
  }
}
