import { addSlots, noSlots, type SlotCounts } from "./slots.ts";

/** One release's part of one interval. Plain JSON; further metrics join as further fields beside `errors`. */
export interface ArmInterval {
  readonly requests: number;
  readonly failed: number;
  /** Slots with at least one failure, at every slot length. */
  readonly errors: SlotCounts;
}

/**
 * What both releases did in one second, seen through the same balancer: the row that is stored, and all that is needed to
 * compute the evidence again. Never pooled with another interval: that would be Simpson's paradox (docs/evidence, rule 1).
 */
export interface EvidenceInterval {
  /** The source's number of this second; applied once. */
  readonly number: number;
  readonly at: number;
  readonly old: ArmInterval;
  readonly new: ArmInterval;
  /** False once no old release serves any more: from then on only the ceiling judges. */
  readonly oldServes: boolean;
}

export const emptyArm: ArmInterval = { requests: 0, failed: 0, errors: noSlots };

export function addArms(left: ArmInterval, right: ArmInterval): ArmInterval {
  return {
    requests: left.requests + right.requests,
    failed: left.failed + right.failed,
    errors: addSlots(left.errors, right.errors),
  };
}
