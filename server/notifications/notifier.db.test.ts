import { eq, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getFleetRow } from "#db/queries/fleets.ts";
import { claimDue, enqueueNotice, markFailed, waitingMax } from "#db/queries/notifications.ts";
import { getRollout } from "#db/queries/rollouts.ts";
import { notification, notificationDestination } from "#db/schema/notifications.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Notice } from "#domain/notice.ts";
import { Destination, type Subject } from "#domain/notification.ts";
import type { Release } from "#domain/release.ts";
import { applyCommand } from "#server/engine/apply.ts";
import { createHolder } from "#server/engine/holder.ts";
import { createLeases } from "#server/engine/lease.ts";
import { appendAsEngine } from "#server/engine/store.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { asAda, beginRollout, insertFleet, insertRelease, silentLog, waitFor } from "#server/testing/fixtures.ts";
import { exampleNotice } from "#server/testing/notices.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#server/testing/webhook-receiver.ts";
import { retryMsAfter, startNotifier } from "./notifier.ts";
import { createSender } from "./sender.ts";

let database: TestDatabase;
let receiver: WebhookReceiver;
let old: Release;
let fresh: Release;
let fleet: Fleet;
let running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startWebhookReceiver();
  old = await insertRelease(database.db, "1.0");
  fresh = await insertRelease(database.db, "1.1");
});
afterAll(async () => {
  await receiver.close();
  await database.close();
});
beforeEach(async () => {
  receiver.received.length = 0;
  fleet = await insertFleet(database.db, old);
});
afterEach(async () => {
  await Promise.all(running.map((notifier) => notifier.stop()));
  running = [];
  await database.db.delete(notificationDestination);
});

const secrets = createSecrets({ env: { TIDELINE_SECRET_KEY: "a key of sixteen letters" }, directories: [] });
const sender = createSender({ policy: createUrlPolicy(["127.0.0.1"]), secrets, consoleUrl: "http://127.0.0.1:3000", deadlineMs: 1_000 });

function start(count = 1): void {
  for (let each = 0; each < count; each += 1) running.push(startNotifier({ db: database.db, sender, log: silentLog }));
}

async function insertDestination(path: string, about: Subject[] = ["attention", "ends"], fleetId: string | null = null): Promise<string> {
  const scope = fleetId === null ? { type: "environment", environment: "test" } : { type: "fleet", fleetId };
  const definition = Destination.parse({ kind: "webhook", name: "ops", url: receiver.url(path), key: "env:TIDELINE_SECRET_KEY", scope, about });
  const destinationId = uuid();
  await database.db.insert(notificationDestination).values({ destinationId, environment: "test", fleetId, definition });
  return destinationId;
}

/** A rollout as the engine ends it. */
async function endOne(): Promise<void> {
  const { rolloutId } = await beginRollout(database.db, { fleet, release: fresh });
  const lease = await createLeases(database.db, createHolder()).take(fleet.fleetId);
  const [row, state] = [await getFleetRow(database.db, fleet.fleetId), await getRollout(database.db, rolloutId)];
  const facts = [{ type: "rollout.ended", status: "failed", message: "So it went.", failed: [] }] as const;
  await appendAsEngine(database.db, { row, state, token: lease?.token ?? 0, facts, intervals: [], now: Date.now() });
}

function noticeNumber(seq: number): Notice {
  const { fleetId, name, environment } = fleet;
  return { ...exampleNotice, about: ["ends"], seq, fleetId, fleet: name, environment };
}

const enqueue = (...notices: Notice[]) =>
  database.db.transaction(async (tx) => {
    for (const notice of notices) await enqueueNotice(tx, notice);
  });

const waitingOf = (destinationId: string) => database.db.select().from(notification).where(eq(notification.destinationId, destinationId));

async function stateOf(destinationId: string) {
  const [row] = await database.db.select().from(notificationDestination).where(eq(notificationDestination.destinationId, destinationId));
  if (!row) throw new Error("It was removed.");
  return row;
}

/** As if the time until the next try, or until the lease ends, had passed. */
const passTime = () => database.db.update(notificationDestination).set({ dueAt: sql`now()` });

const seqs = () => receiver.received.map(({ body }) => JSON.parse(body).rollout.seq);

describe("what is written down", () => {
  test("is for those who asked for it: their environment or fleet, and their subjects", async () => {
    const [ends, ofFleet] = [await insertDestination("/good", ["ends"]), await insertDestination("/good", ["ends"], fleet.fleetId)];
    const [attention, ofOther] = [
      await insertDestination("/good", ["attention"]),
      await insertDestination("/good", ["ends"], (await insertFleet(database.db, old)).fleetId),
    ];
    await enqueue(noticeNumber(1));
    const counts = await Promise.all([ends, ofFleet, attention, ofOther].map(async (id) => (await waitingOf(id)).length));
    expect(counts).toEqual([1, 1, 0, 0]);
  });

  test("comes with its event, or not at all", async () => {
    const destinationId = await insertDestination("/good");
    const undone = database.db.transaction(async (tx) => {
      await enqueueNotice(tx, noticeNumber(1));
      throw new Error("The event could not be written.");
    });
    await expect(undone).rejects.toThrow("could not be written");
    expect(await waitingOf(destinationId)).toEqual([]);
  });

  test("is bounded: the oldest are lost, and counted", async () => {
    const destinationId = await insertDestination("/bad");
    const rows = Array.from({ length: waitingMax }, (_, index) => ({ notificationId: uuid(), destinationId, notice: noticeNumber(index) }));
    await database.db.insert(notification).values(rows);
    await enqueue(noticeNumber(9_001), noticeNumber(9_002));
    const waiting = (await waitingOf(destinationId)).map(({ notice }) => notice.seq);
    expect([waiting.length, waiting.includes(0), waiting.includes(1), waiting.includes(2), waiting.includes(9_002)]).toEqual([
      waitingMax,
      false,
      false,
      true,
      true,
    ]);
    expect(await stateOf(destinationId)).toMatchObject({ lost: 2 });
  });

  test("does not wait for a destination that is just being sent to", async () => {
    const destinationId = await insertDestination("/good");
    await database.db.transaction(async (tx) => {
      await tx.update(notificationDestination).set({ failures: 1 }).where(eq(notificationDestination.destinationId, destinationId));
      await enqueue(noticeNumber(1));
    });
    expect(await waitingOf(destinationId)).toHaveLength(1);
  });
});

describe("delivery", () => {
  test("of what the engine records", async () => {
    const destinationId = await insertDestination("/good");
    start();
    await endOne();
    const { rolloutId } = await beginRollout(database.db, { fleet: await insertFleet(database.db, old), release: fresh });
    await applyCommand(database.db, asAda({ type: "pause", rolloutId, commandId: uuid() }));
    await waitFor("the queue is empty", async () => (await waitingOf(destinationId)).length === 0 && receiver.received.length > 0);
    expect(receiver.received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { about: ["ends", "attention"], rollout: { status: "failed", fleet: fleet.name } },
    ]);
    expect(await stateOf(destinationId)).toMatchObject({ lastDeliveredAt: expect.any(Date), failingSince: null, failures: 0 });
  });

  test("is once and in order, however many servers there are", async () => {
    const destinationId = await insertDestination("/good");
    await enqueue(...Array.from({ length: 20 }, (_, index) => noticeNumber(index)));
    start(4);
    await waitFor("the queue is empty", async () => (await waitingOf(destinationId)).length === 0);
    expect(seqs()).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test("comes again after a crash between the answer and writing it down, under the same id", async () => {
    const destinationId = await insertDestination("/good");
    await enqueue(noticeNumber(1));
    // The one that dies has taken it and sent it; nobody else takes it before its lease ends.
    const [claim] = await claimDue(database.db, { limit: 8, leaseMs: 60_000 });
    if (!claim) throw new Error("Nothing was due.");
    const { notificationId, notice, destination } = claim;
    expect(await sender.send(destination, { id: notificationId, notice }, new AbortController().signal)).toMatchObject({ outcome: "delivered" });
    expect(await claimDue(database.db, { limit: 8, leaseMs: 60_000 })).toEqual([]);
    start();
    await passTime();
    await waitFor("the queue is empty", async () => (await waitingOf(destinationId)).length === 0);
    expect(receiver.received.map(({ headers }) => headers["idempotency-key"])).toEqual([notificationId, notificationId]);
  });

  test("of one that does not take any holds up no other", async () => {
    const [silent, bad, good] = [await insertDestination("/silent"), await insertDestination("/bad"), await insertDestination("/good")];
    await enqueue(noticeNumber(1));
    start();
    await waitFor("the good one has it", async () => (await waitingOf(good)).length === 0);
    await waitFor("the others have failed", async () => (await stateOf(silent)).failures === 1 && (await stateOf(bad)).failures === 1);
    expect(await stateOf(silent)).toMatchObject({ lastError: expect.stringMatching(/gave no answer within 1 s/), failingSince: expect.any(Date) });
    expect(await stateOf(bad)).toMatchObject({ lastError: expect.stringMatching(/answered 500/), lost: 0 });
    expect((await waitingOf(bad)).length).toBe(1);
  });

  test("is tried again until it succeeds, and what came meanwhile follows in order", async () => {
    const destinationId = await insertDestination("/switched");
    receiver.answerWith(503);
    await enqueue(noticeNumber(1), noticeNumber(2));
    start();
    await waitFor("it has failed", async () => (await stateOf(destinationId)).failures === 1);
    const since = (await stateOf(destinationId)).failingSince;
    await passTime();
    await waitFor("it has failed again", async () => (await stateOf(destinationId)).failures === 2);
    expect((await stateOf(destinationId)).failingSince).toEqual(since);
    receiver.answerWith(204);
    await passTime();
    await waitFor("the queue is empty", async () => (await waitingOf(destinationId)).length === 0);
    expect(seqs()).toEqual([1, 1, 1, 2]);
    expect(await stateOf(destinationId)).toMatchObject({ failures: 0, failingSince: null, lastError: null, lost: 0 });
  });

  test("of what is refused for good is given up, and the next one follows", async () => {
    const destinationId = await insertDestination("/unwanted");
    await enqueue(noticeNumber(1), noticeNumber(2));
    start();
    for (const tries of [1, 2, 3]) {
      await waitFor(`it was refused ${tries} times`, async () => (await stateOf(destinationId)).failures === tries);
      await passTime();
    }
    await waitFor("the next one is tried", () => seqs().includes(2));
    expect((await stateOf(destinationId)).lost).toBe(1);
    expect(seqs().slice(0, 4)).toEqual([1, 1, 1, 2]);
  });

  test("of what is a day old is given up", async () => {
    const destinationId = await insertDestination("/bad");
    await enqueue(noticeNumber(1));
    await database.db.update(notification).set({ createdAt: sql`now() - interval '25 hours'` });
    await enqueue(noticeNumber(2));
    const [claim] = await claimDue(database.db, { limit: 1, leaseMs: 1_000 });
    if (!claim) throw new Error("Nothing was due.");
    await markFailed(database.db, claim, { message: "No.", refused: false, retryInMs: 5_000 });
    expect((await waitingOf(destinationId)).map(({ notice }) => notice.seq)).toEqual([2]);
    expect(await stateOf(destinationId)).toMatchObject({ lost: 1, failures: 1, lastError: "No." });
  });
});

test("the pauses between tries double, from five seconds to ten minutes", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 2_000].map((failures) => retryMsAfter(failures) / 1_000)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
});
