import type { EvidenceInterval } from "#domain/evidence/interval.ts";

export interface Answers {
  readonly requests: number;
  readonly failed: number;
}

/** One second of a rollout, as each rule wants it. */
export interface JudgedSecond {
  /** Seconds since the start, this one included. */
  readonly t: number;
  readonly old: Answers;
  readonly new: Answers;
  /** The same as the product gathers it from its balancer. */
  readonly interval: EvidenceInterval;
}

/** A way to decide that a release is worse. */
export interface Rule {
  readonly name: string;
  /** Whose rule it is, and where it is written. */
  readonly source: string;
  /** For one rollout: told every second in order, it says when to roll back. */
  create(): (second: JudgedSecond) => boolean;
}

export const nothing: Answers = { requests: 0, failed: 0 };

export function add(left: Answers, right: Answers): Answers {
  return { requests: left.requests + right.requests, failed: left.failed + right.failed };
}
