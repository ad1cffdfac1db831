import { and, asc, eq, exists, inArray, isNull, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import type { Notice } from "#domain/notice.ts";
import type { Destination } from "#domain/notification.ts";
import type { Database, Queryable, Transaction } from "../client.ts";
import { notificationDestination as destination, notification } from "../schema/notifications.ts";

/** For one destination: with more, the oldest are lost. */
export const waitingMax = 1_000;
/** So long a notification is tried. */
export const keptHours = 24;
/** So often one notification is refused for good before it is left out. */
export const refusalsMax = 3;

/** Writes a notice down for everyone who is to hear of it: in the transaction of the event, so that neither is there without the other. */
export async function enqueueNotice(tx: Transaction, notice: Notice): Promise<void> {
  const ofFleet = eq(destination.fleetId, notice.fleetId);
  const ofEnvironment = and(isNull(destination.fleetId), eq(destination.environment, notice.environment));
  const found = await tx
    .select({ destinationId: destination.destinationId, definition: destination.definition })
    .from(destination)
    .where(or(ofFleet, ofEnvironment))
    // Nobody takes one away before we are done: a notification for nobody would undo the event.
    .for("key share");
  for (const { destinationId, definition } of found) {
    if (!definition.about.some((subject) => notice.about.includes(subject))) continue;
    await tx.insert(notification).values({ notificationId: uuid(), destinationId, notice });
    await keepWaitingBounded(tx, destinationId);
  }
}

/** A destination that is ours until the lease ends, with the oldest that it has not got. */
export interface Claim {
  readonly destinationId: string;
  readonly destination: Destination;
  /** Tries in a row that failed before this one. */
  readonly failures: number;
  readonly notificationId: string;
  readonly notice: Notice;
}

/** Takes destinations for which something is due, of which nobody else has taken any. Who dies with one loses it when the lease ends. */
export async function claimDue(db: Database, { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number }): Promise<Claim[]> {
  const taken = await db.transaction((tx) => takeDue(tx, limit, leaseMs));
  const claims = await Promise.all(
    taken.map(async ({ destinationId, definition, failures }): Promise<Claim[]> => {
      const [oldest] = await db
        .select({ notificationId: notification.notificationId, notice: notification.notice })
        .from(notification)
        .where(eq(notification.destinationId, destinationId))
        .orderBy(asc(notification.notificationId))
        .limit(1);
      return oldest ? [{ destinationId, destination: definition, failures, ...oldest }] : [];
    }),
  );
  return claims.flat();
}

async function takeDue(tx: Transaction, limit: number, leaseMs: number) {
  const waits = tx.select({ one: sql`1` }).from(notification).where(eq(notification.destinationId, destination.destinationId));
  const due = await tx
    .select({ destinationId: destination.destinationId, definition: destination.definition, failures: destination.failures })
    .from(destination)
    .where(and(sql`${destination.dueAt} <= now()`, exists(waits)))
    .orderBy(asc(destination.dueAt))
    .limit(limit)
    .for("no key update", { skipLocked: true });
  const ids = due.map(({ destinationId }) => destinationId);
  if (ids.length > 0)
    await tx
      .update(destination)
      .set({ dueAt: fromNow(leaseMs) })
      .where(inArray(destination.destinationId, ids));
  return due;
}

/** It has arrived; the next one may go at once. */
export async function markDelivered(db: Database, { destinationId, notificationId }: Claim): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(notification).where(eq(notification.notificationId, notificationId));
    const well = { lastDeliveredAt: sql`now()`, dueAt: sql`now()`, failures: 0, failingSince: null, lastError: null };
    await tx.update(destination).set(well).where(eq(destination.destinationId, destinationId));
  });
}

export interface Failed {
  readonly message: string;
  /** The receiver takes others, but never this one. */
  readonly refused: boolean;
  readonly retryInMs: number;
}

/** It may not have arrived. What is too old, or was refused too often, is lost. */
export async function markFailed(db: Database, { destinationId, notificationId }: Claim, { message, refused, retryInMs }: Failed): Promise<void> {
  await db.transaction(async (tx) => {
    const failing = { failures: sql`${destination.failures} + 1`, failingSince: sql`coalesce(${destination.failingSince}, now())` };
    await tx
      .update(destination)
      .set({ ...failing, lastError: message, dueAt: fromNow(retryInMs) })
      .where(eq(destination.destinationId, destinationId));
    const isThis = eq(notification.notificationId, notificationId);
    if (refused)
      await tx
        .update(notification)
        .set({ refusals: sql`${notification.refusals} + 1` })
        .where(isThis);
    const isOld = lt(notification.createdAt, sql`now() - ${keptHours}::int * interval '1 hour'`);
    await lose(tx, destinationId, or(isOld, sql`${notification.refusals} >= ${refusalsMax}`));
  });
}

async function keepWaitingBounded(tx: Transaction, destinationId: string): Promise<void> {
  const newest = tx
    .select({ notificationId: notification.notificationId })
    .from(notification)
    .where(eq(notification.destinationId, destinationId))
    .orderBy(sql`${notification.notificationId} desc`)
    .limit(waitingMax);
  await lose(tx, destinationId, notInArray(notification.notificationId, newest));
}

async function lose(tx: Transaction, destinationId: string, which: SQL | undefined): Promise<void> {
  const gone = await tx
    .delete(notification)
    .where(and(eq(notification.destinationId, destinationId), which))
    .returning({ notificationId: notification.notificationId });
  if (gone.length === 0) return;
  const lost = sql`${destination.lost} + ${gone.length}`;
  await tx.update(destination).set({ lost }).where(eq(destination.destinationId, destinationId));
}

export async function countWaiting(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ destinationId: notification.destinationId, waiting: sql<number>`count(*)::int` })
    .from(notification)
    .groupBy(notification.destinationId);
  return new Map(rows.map(({ destinationId, waiting }) => [destinationId, waiting]));
}

function fromNow(ms: number): SQL<Date> {
  return sql<Date>`now() + ${ms}::int * interval '1 millisecond'`;
}
