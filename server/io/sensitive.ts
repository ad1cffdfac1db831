import { inspect } from "node:util";

const shown = "[redacted]";

/** A value that is not to be seen. Printed, logged or made JSON, by itself or within something else, it is `[redacted]`. */
export class Sensitive<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  /** For the call that hands it on, and not before. */
  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

/** Somebody else's words, in which a secret may be repeated, without it. */
export function redact(text: string, ...secrets: readonly (Sensitive<string> | null)[]): string {
  return secrets.reduce((clean, secret) => (secret === null ? clean : clean.replaceAll(secret.reveal(), shown)), text);
}
