import { asc, count, eq, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import type { Queryable, Transaction } from "#db/client.ts";
import { environmentOfFleet } from "#db/queries/environments.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { countWaiting } from "#db/queries/notifications.ts";
import { fleet } from "#db/schema/fleets.ts";
import { notificationDestination as table } from "#db/schema/notifications.ts";
import { Failure } from "#domain/failure.ts";
import type { Delivery, Destination, ListedDestination, OneDestination, SaveDestination, Scope, TestDestination } from "#domain/notification.ts";
import { can } from "#domain/role.ts";
import { isSecretReference } from "#domain/settings/secret-reference.ts";
import { audited } from "#server/auth/audited.ts";
import { authorize, visible } from "#server/auth/authorize.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";

/** Each event asks for all of its environment. */
const destinationsMax = 100;
/** Five tries or so, after which the pauses between them are long. */
const failingMsLong = 5 * 60_000;

/** Those of the environments where the caller may set them, by the time they were made. */
export async function listDestinations(ctx: Context): Promise<ListedDestination[]> {
  const { db } = ctx.services;
  const all = await db
    .select({ row: table, fleetName: fleet.name })
    .from(table)
    .leftJoin(fleet, eq(fleet.fleetId, table.fleetId))
    .orderBy(asc(table.createdAt), asc(table.destinationId));
  const places = new Set(
    visible(
      ctx,
      all.map(({ row }) => row.environment),
    ).filter((environment) => can(ctx.access, "notification.set", environment)),
  );
  const waiting = await countWaiting(db);
  return all
    .filter(({ row }) => places.has(row.environment))
    .map(({ row, fleetName }) => ({
      destinationId: row.destinationId,
      destination: row.definition,
      environment: row.environment,
      fleetName,
      state: {
        waiting: waiting.get(row.destinationId) ?? 0,
        lastDeliveredAt: row.lastDeliveredAt?.getTime() ?? null,
        failingSince: row.failingSince?.getTime() ?? null,
        failsForLong: row.failingSince !== null && Date.now() - row.failingSince.getTime() >= failingMsLong,
        lastError: row.lastError,
        nextTryAt: row.dueAt.getTime(),
        lost: row.lost,
      },
    }));
}

/** Adds a destination, or changes one: what waits for it is then tried at once. Throws Failure. */
export async function saveDestination(ctx: Context, { destinationId, destination }: SaveDestination): Promise<{ destinationId: string }> {
  const { db } = ctx.services;
  const id = destinationId ?? uuid();
  const environment = () => placeOf(db, destination.scope);
  const attempt = { permission: "notification.set", environment, target: `notification:${id}`, detail: detailOf(destination) } as const;
  return runVerb(ctx, attempt, async (tx) => {
    const { scope } = destination;
    if (scope.type === "fleet") await getFleetRow(tx, scope.fleetId);
    const values = { environment: await environment(), fleetId: scope.type === "fleet" ? scope.fleetId : null, definition: destination };
    if (destinationId === null) {
      await requireRoom(tx);
      await tx.insert(table).values({ destinationId: id, ...values });
    } else {
      authorize(ctx, "notification.set", await placeOfDestination(tx, id));
      const tryNow = { dueAt: sql`now()`, failures: 0, failingSince: null, lastError: null };
      await tx
        .update(table)
        .set({ ...values, ...tryNow })
        .where(eq(table.destinationId, id));
    }
    return { destinationId: id };
  });
}

/** Nothing more is sent there, also not what waits for it. */
export async function removeDestination(ctx: Context, { destinationId }: OneDestination): Promise<{ ok: true }> {
  const environment = () => placeOfDestination(ctx.services.db, destinationId);
  return runVerb(
    ctx,
    { permission: "notification.set", environment, target: `notification:${destinationId}`, detail: { removed: true } },
    async (tx) => {
      await tx.delete(table).where(eq(table.destinationId, destinationId));
      return { ok: true };
    },
  );
}

/** Sends one message to a destination as somebody has typed it, and tells what came back. Changes nothing. */
export async function testDestination(ctx: Context, { destination }: TestDestination): Promise<Delivery> {
  const environment = () => placeOf(ctx.services.db, destination.scope);
  const attempt = {
    permission: "notification.set",
    environment,
    target: "notification:test",
    detail: { ...detailOf(destination), test: true },
  } as const;
  return audited(ctx, attempt, async () => {
    const { outcome, message, answer } = await ctx.services.notifications.sendTest(
      destination,
      ctx.actor.type === "person" ? ctx.actor.name : "Tideline",
    );
    return { outcome: outcome === "delivered" ? "delivered" : "failed", message, answer };
  });
}

async function requireRoom(tx: Transaction): Promise<void> {
  const [found] = await tx.select({ destinations: count() }).from(table);
  if ((found?.destinations ?? 0) >= destinationsMax)
    throw new Failure("limit", `There are ${destinationsMax} destinations. Remove one that is not needed any more first.`);
}

async function placeOf(db: Queryable, scope: Scope): Promise<string> {
  return scope.type === "fleet" ? environmentOfFleet(db, scope.fleetId) : scope.environment;
}

async function placeOfDestination(db: Queryable, destinationId: string): Promise<string> {
  const [row] = await db.select({ environment: table.environment }).from(table).where(eq(table.destinationId, destinationId));
  if (!row) throw new Failure("not-found", "There is no such destination any more.");
  return row.environment;
}

/** For the audit: of a URL only the host, for people put tokens into paths. */
function detailOf({ name, kind, url, scope, about }: Destination): Record<string, unknown> {
  return { name, kind, to: isSecretReference(url) ? url : new URL(url).host, scope, about };
}
