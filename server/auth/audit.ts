import { v7 as createId } from "uuid";
import type { Queryable } from "#db/client.ts";
import { audit } from "#db/schema/audit.ts";
import { type Actor, formatActor } from "#domain/actor.ts";

/**
 * Records who did what. Called in the transaction of the change itself, so that neither is there without the other.
 * `action` is the permission; `target` names the thing, e.g. `fleet:ID`; `detail` holds no secrets.
 */
export async function writeAudit(
  db: Pick<Queryable, "insert">,
  ctx: { readonly actor: Actor },
  action: string,
  target: string,
  detail: Record<string, unknown> = {},
  outcome: "done" | "refused" = "done",
): Promise<void> {
  await db.insert(audit).values({
    id: createId(),
    actorId: ctx.actor.type === "person" ? ctx.actor.userId : null,
    actorName: formatActor(ctx.actor),
    action,
    target,
    detail,
    outcome,
  });
}
