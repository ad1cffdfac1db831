/** The closed list of ways a request can be refused. Each transport maps it once, by a table. */
export const failureCodes = ["not-found", "not-allowed", "not-allowed-now", "invalid", "conflict", "limit", "unavailable", "internal"] as const;

export type FailureCode = (typeof failureCodes)[number];

export interface Problem {
  /** Dotted path of the input field, e.g. `plan.batches.0`. Empty for the whole input. */
  readonly field: string;
  readonly message: string;
}

/** A refusal that a person can act on. `decide` returns it, everything with I/O throws it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly problems: readonly Problem[];

  constructor(code: FailureCode, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}
