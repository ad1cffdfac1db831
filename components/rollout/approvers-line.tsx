"use client";

import type { Rollout } from "#domain/rollout.ts";
import { useProtection } from "#hooks/use-protection.ts";
import { describeApprovers } from "./approver-words.ts";

/** Of a start that waits for its approval: who may give it. */
export function ApproversLine({ rollout }: { rollout: Rollout }) {
  const protection = useProtection(rollout.environment);
  if (!protection) return null;
  return <p className="mt-0.5 max-w-[90ch] text-ink-soft text-sm">{describeApprovers(protection.approvers, rollout)}</p>;
}
