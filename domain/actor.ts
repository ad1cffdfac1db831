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
