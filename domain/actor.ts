import { z } from "zod";

/** Who did something: a signed-in person, or the engine itself. */
export const Actor = z.discriminatedUnion("type", [
  z.object({ type: z.literal("person"), userId: z.string(), name: z.string() }),
  z.object({ type: z.literal("engine") }),
]);
export type Actor = z.infer<typeof Actor>;

export const engineActor: Actor = { type: "engine" };

export function formatActor(actor: Actor): string {
  return actor.type === "person" ? actor.name : "Tideline";
}

/** Permissions, named as the audit action they allow. Every verb asks for one. */
export const permissions = [
  "fleet.create",
  "fleet.read",
  "fleet.remove",
  "fleet.scale",
  "fleet.freeze",
  "hold.lift",
  "release.record",
  "command.define",
  "plan.save",
  "rollout.start",
  "rollout.command",
  "traffic.set",
  "metrics.set",
  "runtime.stop",
  "audit.read",
] as const;
export type Permission = (typeof permissions)[number];
