import { z } from "zod";
import { Id, Name } from "./names.ts";
import { Plan } from "./plan.ts";

const reason = z.string().trim().max(500, { error: "A reason has at most 500 characters." });

/** Given by the caller: the same id twice is one command. */
const commandId = Id;
/** Sequence number of the last event the operator saw. Commands that a person could mean for an older state carry it. */
const sawSeq = z.number().int().min(0).optional();

export const StartRollout = z.object({
  commandId,
  fleetId: Id,
  releaseId: Id,
  plan: Plan,
  planName: Name,
  /** Must be true to start on a fleet that is already below its floor or failing. */
  acknowledged: z.boolean().default(false),
});
export type StartRollout = z.infer<typeof StartRollout>;

const onRollout = { commandId, rolloutId: Id };

export const RolloutCommand = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pause"), ...onRollout, reason: reason.optional() }),
  z.object({ type: z.literal("resume"), ...onRollout, sawSeq, reason: reason.optional() }),
  z.object({ type: z.literal("approve"), ...onRollout, sawSeq, reason: reason.optional() }),
  z.object({ type: z.literal("skipSoak"), ...onRollout, sawSeq, reason: reason.optional() }),
  z.object({ type: z.literal("rollBack"), ...onRollout, reason: reason.min(1, { error: "Say why." }) }),
  z.object({ type: z.literal("cancel"), ...onRollout, reason: reason.min(1, { error: "Say why." }) }),
]);
export type RolloutCommand = z.infer<typeof RolloutCommand>;
