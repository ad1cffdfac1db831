/** One step of trying something out: a metrics source, a balancer, an engine. For people. */
export interface CheckStep {
  readonly name: string;
  /** `doubt`: it works, and may not do what was meant. */
  readonly outcome: "ok" | "doubt" | "failed";
  /** What came of it and, unless it is well, what to do. */
  readonly message: string;
}
