import { z } from "zod";

/** Who did something: a person, or a program with a token of theirs, or the engine itself. */
export const Actor = z.discriminatedUnion("type", [
  z.object({ type: z.literal("person"), userId: z.string(), name: z.string(), token: z.string().optional() }),
  z.object({ type: z.literal("engine") }),
]);
export type Actor = z.infer<typeof Actor>;

export const engineActor: Actor = { type: "engine" };

export function formatActor(actor: Actor): string {
  if (actor.type === "engine") return "Tideline";
  return actor.token === undefined ? actor.name : `${actor.name} (token ${actor.token})`;
}
