import { v7 as uuid } from "uuid";
import type { Queryable } from "../client.ts";
import { audit } from "../schema/audit.ts";
import { type Actor, formatActor, type Permission } from "#domain/actor.ts";

export interface AuditEntry {
  readonly actor: Actor;
  readonly action: Permission;
  /** What it was done to: `fleet:ID`, `rollout:ID`, `release:NAME` … */
  readonly target: string;
  /** Never holds a secret: no environment values, no tokens. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly outcome: "done" | "refused";
}

/** One more line in the book. Inside the transaction of what it tells of, so that neither is there without the other. */
export async function recordAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.insert(audit).values({
    id: uuid(),
    actorId: entry.actor.type === "person" ? entry.actor.userId : null,
    actorName: formatActor(entry.actor),
    action: entry.action,
    target: entry.target,
    detail: { ...entry.detail },
    outcome: entry.outcome,
  });
}
