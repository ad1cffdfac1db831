/** What an environment asks for before its fleets are touched. */
export interface Protection {
  readonly environment: string;
  /** A second person approves each start, and what is hard to take back asks for the fleet's name. */
  readonly isProtected: boolean;
  /** An admin has said so, or that it is not; otherwise it follows from the name. */
  readonly isSet: boolean;
  /** Everybody who may approve there. */
  readonly approvers: readonly Approver[];
}

export interface Approver {
  readonly userId: string;
  readonly name: string;
}

/** Fewer could never approve what one of them started. */
export const approversMin = 2;

/** What an admin has set, or else: `production`, as soon as there are two people who may approve. */
export function isProtected(environment: string, set: boolean | null, approvers: number): boolean {
  return set ?? (environment === "production" && approvers >= approversMin);
}
