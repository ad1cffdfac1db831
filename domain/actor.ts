/** Who did something: a signed-in person, or the engine itself. */
export type Actor = { readonly type: "person"; readonly userId: string; readonly name: string } | { readonly type: "engine" };

export const engineActor: Actor = { type: "engine" };

export function formatActor(actor: Actor): string {
  return actor.type === "person" ? actor.name : "Tideline";
}
