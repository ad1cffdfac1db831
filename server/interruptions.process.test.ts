import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvents } from "#db/queries/rollouts.ts";
import { lease } from "#db/schema/fleets.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { PlanInput } from "#domain/plan.ts";
import { isTerminal } from "#domain/rollout.ts";
import { type Client, type Demo, setUpAccount, startRollout, untilWhole } from "../e2e/support/client.ts";
import { type Console, startConsole } from "../e2e/support/console.ts";
import { waitFor, waitForRollout } from "./testing/fixtures.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Sources may have to be built first. */
const buildWithinMs = 300_000;
const stepWithinMs = 60_000;
const size = 4;
const requesters = 4;
const plan: PlanInput = { batches: [1], maxUnavailable: 1, minHealthyTime: "1s", drainTimeout: "5s", soak: "1s", watch: "1s", metrics: false };

let database: TestDatabase;
let server: Console;
let client: Client;

beforeAll(async () => {
  const build = spawn(process.execPath, ["scripts/build.mjs", "--if-needed"], { cwd: root, stdio: "ignore" });
  expect(await new Promise((resolve) => build.once("close", resolve))).toBe(0);
  database = await createTestDatabase();
  server = await startConsole({ DATABASE_URL: database.url });
  client = await setUpAccount(server);
}, buildWithinMs);

afterAll(async () => {
  await server?.close();
  await database?.close();
});

async function createFleet(): Promise<Demo> {
  const { trpc } = client;
  const record = (name: string) =>
    trpc.releases.record.mutate({
      service: "greeter",
      name,
      command: ["node", "server.mjs"],
      directory: `${root}examples/greeter`,
      env: { GREETER_VERSION: name },
    });
  const [old, fresh] = [await record("1.0"), await record("1.1")];
  const asked = { name: "greeter", service: "greeter", environment: "test", port: 0, instances: size, zones: ["a", "b"] };
  const { fleetId } = await trpc.fleets.create.mutate({ ...asked, releaseId: old.releaseId, readinessPath: "/healthz" });
  await untilWhole(client, fleetId);
  return { fleetId, name: "greeter", service: "greeter", releases: { "1.0": old.releaseId, "1.1": fresh.releaseId } };
}

interface Requests {
  /** Ends them, and answers with what went wrong and with each unit that answered: its release and port. */
  stop(): Promise<{ readonly failed: readonly string[]; readonly units: ReadonlySet<string> }>;
}

/** A few users who ask again as soon as they have an answer. */
function startRequests(address: string): Requests {
  const failed: string[] = [];
  const units = new Set<string>();
  let ended = false;
  async function askOnAndOn(): Promise<void> {
    while (!ended) {
      try {
        const answer = await fetch(address);
        const { version, instance } = (await answer.json()) as { version: string; instance: number };
        if (answer.ok) units.add(`${version} at ${instance}`);
        else failed.push(String(answer.status));
      } catch (error) {
        failed.push(String(error));
      }
    }
  }
  const asking = Promise.all(Array.from({ length: requesters }, askOnAndOn));
  return {
    stop: async () => {
      ended = true;
      await asking;
      return { failed, units };
    },
  };
}

async function leaseOf(fleetId: string): Promise<{ token: number; isOver: boolean } | undefined> {
  const isOver = sql<boolean>`${lease.expiresAt} < clock_timestamp()`;
  const [found] = await database.db.select({ token: lease.token, isOver }).from(lease).where(eq(lease.fleetId, fleetId));
  return found;
}

test(
  "a server that is frozen for longer than its lease, and then killed, has its rollout go on; no request fails and nothing is done twice",
  async () => {
    const demo = await createFleet();
    const { fleetId } = demo;
    const { address } = await client.trpc.fleets.get.query({ fleetId });
    const requests = startRequests(address ?? "");
    const rolloutId = await startRollout(client, demo, "1.1", plan);
    const events = (): Promise<RolloutEvent[]> => readEvents(database.db, { rolloutId, afterSeq: 0, limit: 10_000 });
    const reaches = (type: RolloutEvent["type"], count: number) =>
      waitFor(
        `${type} was recorded ${count} times`,
        async () => (await events()).filter((event) => event.type === type).length >= count,
        stepWithinMs,
      );

    await reaches("update.started", 2);
    server.freeze();
    const frozen = await waitFor(
      "its lease has run out",
      async () => {
        const found = await leaseOf(fleetId);
        return found?.isOver && found;
      },
      stepWithinMs,
    );
    server.thaw();
    await waitFor("it has taken the fleet again", async () => ((await leaseOf(fleetId))?.token ?? 0) > frozen.token, stepWithinMs);

    await reaches("update.started", 3);
    await server.kill();
    await server.start();
    const { status, updates } = await waitForRollout(database.db, rolloutId, (rollout) => isTerminal(rollout.status), stepWithinMs);

    const { failed, units } = await requests.stop();
    expect(status).toBe("succeeded");
    expect(failed).toEqual([]);
    expect(updates.values().map(({ attemptsUsed }) => attemptsUsed)).toEqual(Array(size).fill(1));
    for (const release of ["1.0", "1.1"]) expect([...units].filter((unit) => unit.startsWith(release))).toHaveLength(size);
    expect((await events()).filter(({ type }) => type === "rollout.taken")).toHaveLength(2);
  },
  buildWithinMs,
);
