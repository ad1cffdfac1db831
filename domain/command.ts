import { z } from "zod";
import { FleetMetrics, Instance, instancesMax } from "./fleet.ts";
import { Id, Name } from "./names.ts";
import { Plan } from "./plan.ts";

const reason = z.string().trim().max(500, { error: "A reason has at most 500 characters." });

/** Given by the caller: the same id twice is one command. */
const commandId = Id;
/** Sequence number of the last event the operator saw. Commands that a person could mean for an older state carry it. */
const sawSeq = z.number().int().min(0).optional();

/** In a protected environment the fleet's name, for what is hard to take back; elsewhere it is not looked at. */
const confirm = z.string().max(64).optional();

const instanceId = Instance.shape.id;
const desired = z.number().int({ error: "Use a whole number of instances." }).min(1, { error: "A fleet has at least 1 instance." }).max(instancesMax);

export const StartRollout = z.object({
  commandId,
  fleetId: Id,
  releaseId: Id,
  plan: Plan,
  planName: Name,
  /** Must be true to start on a fleet that is already below its floor or failing. */
  acknowledged: z.boolean().default(false),
  /** Why a release that is held is started all the same. */
  reason: reason.optional(),
  confirm,
});
export type StartRollout = z.infer<typeof StartRollout>;

const onRollout = { commandId, rolloutId: Id };

export const RolloutCommand = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pause"), ...onRollout, reason: reason.optional() }),
  z.object({ type: z.literal("resume"), ...onRollout, sawSeq, reason: reason.optional(), confirm }),
  z.object({ type: z.literal("approve"), ...onRollout, sawSeq, reason: reason.optional() }),
  z.object({ type: z.literal("skipSoak"), ...onRollout, sawSeq, reason: reason.optional() }),
  z.object({ type: z.literal("retryInstance"), ...onRollout, sawSeq, instanceId, reason: reason.optional() }),
  z.object({ type: z.literal("skipInstance"), ...onRollout, sawSeq, instanceId, reason: reason.optional() }),
  z.object({ type: z.literal("rollBack"), ...onRollout, reason: reason.min(1, { error: "Say why." }), confirm }),
  z.object({ type: z.literal("cancel"), ...onRollout, reason: reason.min(1, { error: "Say why." }), confirm }),
]);
export type RolloutCommand = z.infer<typeof RolloutCommand>;

const onFleet = { commandId, fleetId: Id };
const why = reason.min(1, { error: "Say why." });

/** What a person asks of a fleet, whether a rollout is active or not. */
export const FleetCommand = z.discriminatedUnion("type", [
  z.object({ type: z.literal("scale"), ...onFleet, desired }),
  /** Holds every rollout of the fleet at its next gate until then; null means until it is lifted. */
  z.object({ type: z.literal("setFreeze"), ...onFleet, until: z.number().int().min(0).nullable(), reason: why }),
  z.object({ type: z.literal("liftFreeze"), ...onFleet, reason: why }),
  z.object({ type: z.literal("liftHold"), ...onFleet, reason: why }),
  /** Where the evidence of the next rollouts comes from. */
  z.object({ type: z.literal("setMetrics"), ...onFleet, metrics: FleetMetrics }),
]);
export type FleetCommand = z.infer<typeof FleetCommand>;
