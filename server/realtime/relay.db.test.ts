import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { io, type Socket } from "socket.io-client";
import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createFeed, type Feed } from "#db/feed.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { getRollout } from "#db/queries/rollouts.ts";
import { session, user } from "#db/schema/accounts.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { ClientMessages, ServerMessages } from "#domain/live.ts";
import type { Release } from "#domain/release.ts";
import type { PackedRollout } from "#domain/revive.ts";
import { noAccess } from "#domain/role.ts";
import { writeAccess } from "#server/auth/access.ts";
import { createAuth } from "#server/auth/auth.ts";
import { createFirstAccount } from "#server/auth/setup.ts";
import { issueSetupToken } from "#server/auth/setup-token.ts";
import { createRolloutReader } from "#server/catalog/rollout-reader.ts";
import { applyCommand } from "#server/engine/apply.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createHolder } from "#server/engine/holder.ts";
import { createLeases } from "#server/engine/lease.ts";
import { appendAsEngine } from "#server/engine/store.ts";
import type { Services } from "#server/services.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { asAda, beginRollout, insertFleet, insertRelease, silentLog, waitFor } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { attachRealtime, type Realtime } from "./relay.ts";

type Client = Socket<ServerMessages, ClientMessages>;

let database: TestDatabase;
let feed: Feed;
let http: Server;
let realtime: Realtime;
let cookie: string;
let userId: string;
let url: string;
let fleet: Fleet;
let release: Release;
let clients: Client[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const auth = createAuth({ db, secret: "s".repeat(40), url, origins: [url], log: silentLog });
  feed = createFeed(db);
  await feed.start();
  const { ports } = createFakeWorld({ clock: createTestClock() }).connect();
  const engine = createEngine({ db, log: silentLog, ...ports });
  const rollouts = createRolloutReader(db);
  realtime = attachRealtime(http, { db, auth, feed, engine, rollouts, log: silentLog, ...ports } as Partial<Services> as Services);
  const token = (await issueSetupToken(db)) ?? "";
  const cookies = await createFirstAccount({ db, auth }, { token, name: "Ada", email: "ada@example.com", password: "correct horse" }, new Headers());
  cookie = cookies.map((each) => each.split(";")[0]).join("; ");
  userId = (await db.select({ id: user.id }).from(user))[0]?.id ?? "";
  release = await insertRelease(db, "1.1");
});
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
});
afterAll(async () => {
  await realtime.close();
  await feed.stop();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await database.close();
});

function connect(headers: Record<string, string> = { cookie }): Client {
  const client: Client = io(url, { path: "/socket.io", transports: ["websocket"], extraHeaders: headers, reconnection: false, forceNew: true });
  clients.push(client);
  return client;
}

async function begin(): Promise<string> {
  fleet = await insertFleet(database.db, release);
  return (await beginRollout(database.db, { fleet, release, now: 1 })).rolloutId;
}

/** Each is one event: paused, resumed, paused … */
async function append(rolloutId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const type = (await getRollout(database.db, rolloutId)).status === "paused" ? "resume" : "pause";
    await applyCommand(database.db, asAda({ type, rolloutId, commandId: uuid() }));
  }
}

/** As many events in one write of the engine. */
async function appendAtOnce(rolloutId: string, count: number): Promise<void> {
  const lease = await createLeases(database.db, createHolder()).take(fleet.fleetId);
  const state = await getRollout(database.db, rolloutId);
  const row = await getFleetRow(database.db, fleet.fleetId);
  const facts = Array.from({ length: count }, () => ({ type: "waiting.changed", waiting: [] }) as const);
  await appendAsEngine(database.db, { row, state, token: lease?.token ?? 0, facts, intervals: [], now: Date.now() });
}

/** Collects what a client gets of one rollout. */
function follow(client: Client, rolloutId: string, afterSeq: number) {
  const got: { events: RolloutEvent[]; snapshot: PackedRollout | null; refusal: string | null | undefined } = {
    events: [],
    snapshot: null,
    refusal: undefined,
  };
  client.on("rollout.events", (message) => void (message.rolloutId === rolloutId && got.events.push(...message.events)));
  client.on("rollout.snapshot", (message) => void (message.rolloutId === rolloutId && (got.snapshot = message.rollout)));
  client.emit("watch.rollout", { rolloutId, afterSeq }, (refusal) => {
    got.refusal = refusal;
  });
  return got;
}

const seqsOf = (events: readonly RolloutEvent[]) => events.map((event) => event.seq);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("someone without a session gets nothing", async () => {
  const client = connect({});
  const message = await new Promise<string>((resolve) => client.on("connect_error", (error) => resolve(error.message)));
  expect(message).toBe("Sign in first.");
});

test("a client gets what it missed and then what happens, in order, without a gap", async () => {
  const rolloutId = await begin();
  await append(rolloutId, 4);
  const got = follow(connect(), rolloutId, 2);
  await waitFor("the missed events are there", () => got.events.length === 3);
  await append(rolloutId, 5);
  await waitFor("the new events are there", () => got.events.length >= 8);
  expect(seqsOf(got.events)).toEqual(numbers(3, 10));
  expect(got.snapshot).toBeNull();
});

test("a client that was away comes back with what it has and misses nothing, while others go on", async () => {
  const rolloutId = await begin();
  const steady = follow(connect(), rolloutId, 0);
  const leaving = connect();
  const before = follow(leaving, rolloutId, 0);
  await waitFor("it has the first event", () => before.events.length === 1);
  leaving.close();
  const writing = append(rolloutId, 12);
  await waitFor("some happened meanwhile", () => steady.events.length >= 4);
  const after = follow(connect(), rolloutId, 1);
  await writing;
  await waitFor("both are at the end", () => seqsOf(after.events).at(-1) === 13 && seqsOf(steady.events).at(-1) === 13);
  expect(seqsOf(after.events)).toEqual(numbers(2, 13));
  expect(seqsOf(steady.events)).toEqual(numbers(1, 13));
});

test("two clients see the same", async () => {
  const rolloutId = await begin();
  const [one, two] = [follow(connect(), rolloutId, 0), follow(connect(), rolloutId, 0)];
  await append(rolloutId, 6);
  await waitFor("both have all", () => one.events.length === 7 && two.events.length === 7);
  expect(one.events).toEqual(two.events);
});

test("more than 500 missing events are answered with the state", async () => {
  const rolloutId = await begin();
  await appendAtOnce(rolloutId, 501);
  const got = follow(connect(), rolloutId, 0);
  await waitFor("the snapshot is there", () => got.snapshot);
  expect(got.snapshot?.seq).toBe(502);
  await append(rolloutId, 1);
  await waitFor("the stream goes on after it", () => got.events.length === 1);
  expect(seqsOf(got.events)).toEqual([503]);
});

test("a rollout that is not there, and bad input, are answered in words", async () => {
  const client = connect();
  const missing = follow(client, uuid(), 0);
  await waitFor("it is answered", () => missing.refusal !== undefined);
  expect(missing.refusal).toMatch(/no rollout/);
  const bad = follow(client, "<script>", -1);
  await waitFor("it is answered", () => bad.refusal !== undefined);
  expect(bad.refusal).toMatch(/Name a rollout/);
});

test("a socket watches at most eight things", async () => {
  const client = connect();
  const refusals = [];
  for (let index = 0; index < 9; index += 1) {
    const { fleetId } = await insertFleet(database.db, release);
    refusals.push(await client.emitWithAck("watch.fleet", { fleetId }));
  }
  expect(refusals.slice(0, 8)).toEqual(Array(8).fill(null));
  expect(refusals[8]).toMatch(/At most 8/);
});

test("who watches the lists hears of a fleet that changed", async () => {
  const client = connect();
  const changed = new Set<string>();
  client.on("fleets.changed", ({ fleetId }) => void changed.add(fleetId));
  await client.emitWithAck("watch.fleets");
  const rolloutId = await begin();
  await waitFor("the row is told", () => changed.has(fleet.fleetId));
  expect(rolloutId).toBeTruthy();
});

describe("someone with a role in another environment only", () => {
  const only = (environment: string) => database.db.transaction((tx) => writeAccess(tx, userId, { ...noAccess, roles: { [environment]: "viewer" } }));
  afterEach(() => database.db.transaction((tx) => writeAccess(tx, userId, { ...noAccess, defaultRole: "admin" })));

  test("gets neither the rollout nor the fleet, and is told which role is missing", async () => {
    const rolloutId = await begin();
    await only("elsewhere");
    const client = connect();
    const got = follow(client, rolloutId, 0);
    await waitFor("it is answered", () => got.refusal !== undefined);
    expect(got.refusal).toMatch(/needs the role viewer in test; you have none there/);
    expect(await client.emitWithAck("watch.fleet", { fleetId: fleet.fleetId })).toMatch(/needs the role viewer in test/);
    expect(got.events).toEqual([]);
  });

  test("hears nothing of a fleet there", async () => {
    const all = connect();
    const heardByAll = new Set<string>();
    all.on("fleets.changed", ({ fleetId }) => void heardByAll.add(fleetId));
    await all.emitWithAck("watch.fleets");
    await only("elsewhere");
    const client = connect();
    const heard: string[] = [];
    client.on("fleets.changed", ({ fleetId }) => void heard.push(fleetId));
    await client.emitWithAck("watch.fleets");
    await begin();
    await waitFor("the other one hears of it", () => heardByAll.has(fleet.fleetId));
    // Both are told in one go, this one after the other.
    expect(await client.emitWithAck("watch.fleets")).toBeNull();
    expect(heard).toEqual([]);
  });

  test("is cut when the role that showed a rollout is taken away", async () => {
    const rolloutId = await begin();
    const client = connect();
    const got = follow(client, rolloutId, 0);
    await waitFor("it has the first event", () => got.events.length === 1);
    const ended = new Promise<string>((resolve) => client.on("disconnect", resolve));
    await only("elsewhere");
    await realtime.recheck();
    expect(await ended).toMatch(/server disconnect|transport close/);
  });
});

test("a socket ends within five seconds of its session, by itself", async () => {
  const client = connect();
  await new Promise<void>((resolve) => client.on("connect", resolve));
  const ended = new Promise<string>((resolve) => client.on("disconnect", resolve));
  await database.db.delete(session);
  const late = new Promise<string>((resolve) => setTimeout(resolve, 5_000, "still open"));
  expect(await Promise.race([ended, late])).toMatch(/server disconnect|transport close/);
});
