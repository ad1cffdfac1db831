/** Who did something: a signed-in person, or a program with a token of theirs, or the engine itself. */
export type Actor =
  | { readonly type: "person"; readonly userId: string; readonly name: string; readonly token?: string | undefined }
  | { readonly type: "engine" };

export const engineActor: Actor = { type: "engine" };

export function formatActor(actor: Actor): string {
  if (actor.type === "engine") return "Tideline";
  return actor.token === undefined ? actor.name : `${actor.name} (token ${actor.token})`;
}
