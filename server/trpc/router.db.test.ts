import { TRPCError } from "@trpc/server";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { noAccess, type Role } from "#domain/role.ts";
import type { CallerContext } from "#server/auth/context.ts";
import { createRolloutReader } from "#server/catalog/rollout-reader.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createFakeWorld, type FakeWorld } from "#server/testing/fake-world.ts";
import { createTestContext, insertFleet, insertRelease, silentLog, startInput } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { type FailureShape, toFailureShape, withFailureCode } from "./failure.ts";
import { createCaller } from "./router.ts";

let database: TestDatabase;
let world: FakeWorld;
let fleet: Fleet;
let release: Release;

beforeAll(async () => {
  database = await createTestDatabase();
  world = createFakeWorld({ clock: createTestClock() });
  release = await insertRelease(database.db, "1.1");
  fleet = await insertFleet(database.db, await insertRelease(database.db, "1.0"));
});
afterAll(() => database.close());

function call(role: Role | "none" | null) {
  const { ports } = world.connect();
  const engine = createEngine({ db: database.db, log: silentLog, ...ports });
  const ctx = createTestContext({ db: database.db, engine, rollouts: createRolloutReader(database.db), ...ports }, role === "none" ? null : role);
  const session = { sessionId: "s", userId: "ada", name: "Ada", email: "ada@example.com" };
  const caller: CallerContext | null = role && { ...ctx, userId: "ada", email: session.email, session, token: null };
  return createCaller({ caller, services: ctx.services, requestId: "r-1", headers: new Headers(), setCookies: () => {} });
}

/** What the browser would get, and the code that decides the HTTP status. */
async function refusalOf(asked: Promise<unknown>): Promise<FailureShape & { readonly status: string }> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TRPCError)) throw new Error("It was not refused.");
  return { ...toFailureShape(error, "r-1"), status: error.code };
}

describe("who may call", () => {
  test("someone who is not signed in gets setup and session, and nothing else", async () => {
    const caller = call(null);
    expect(await caller.setup.state()).toEqual({ needed: true });
    expect(await caller.session.current()).toBeNull();
    const asked = [
      caller.fleets.list(),
      caller.releases.list({ service: "greeter" }),
      caller.plans.list(),
      caller.rollouts.list({}),
      caller.rollouts.start(startInput(fleet, release)),
      caller.runtime.stop({}),
    ];
    for (const each of asked) expect(await refusalOf(each)).toMatchObject({ status: "UNAUTHORIZED", code: "not-allowed" });
  });

  test("someone signed in without a role is told which, and whom to ask", async () => {
    const start = call("viewer").rollouts.start(startInput(fleet, release));
    const message = "This needs the role operator in test; you are viewer there. Ask Grace.";
    expect(await refusalOf(start)).toMatchObject({ status: "FORBIDDEN", message });
  });

  test("someone signed in sees who they are", async () => {
    expect(await call("admin").session.current()).toEqual({
      userId: "ada",
      name: "Ada",
      email: "ada@example.com",
      access: { ...noAccess, defaultRole: "admin" },
      grantors: ["Grace"],
      hasPassword: false,
    });
  });
});

describe("bad input", () => {
  const plans: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["a batch of 0", { batches: [0] }, "plan.batches.0"],
    ["a batch of 250%", { batches: ["250%"] }, "plan.batches.0"],
    ["a soak of -1", { soak: "-1" }, "plan.soak"],
  ];
  test.each(plans)("%s is refused at its field", async (_, plan, field) => {
    const refusal = await refusalOf(call("admin").plans.save({ name: "p", plan }));
    expect(refusal).toMatchObject({ status: "BAD_REQUEST", code: "invalid", problems: [{ field }] });
  });

  test.each(["x".repeat(10_000), "<script>alert(1)</script>"])("a name like %.20s is refused at the name", async (name) => {
    expect(await refusalOf(call("admin").plans.save({ name, plan: {} }))).toMatchObject({ problems: [{ field: "name" }] });
  });

  test("limits that leave no step, and a deadline before the hold, are refused when a rollout starts", async () => {
    await world.connect().ports.drivers.process.ensureFleet(fleet, { token: 1 }, AbortSignal.timeout(1_000));
    const start = (plan: Record<string, unknown>) =>
      refusalOf(call("admin").rollouts.start({ ...startInput(fleet, release, plan), acknowledged: true }));
    expect(await start({ maxUnavailable: 0 })).toMatchObject({ code: "invalid", problems: [{ field: "plan.maxUnavailable" }] });
    expect(await start({ minHealthyTime: "5m", healthyDeadline: "1m" })).toMatchObject({ problems: [{ field: "plan.healthyDeadline" }] });
  });

  test("what is not there is not found", async () => {
    expect(await refusalOf(call("admin").rollouts.get({ rolloutId: uuid() }))).toMatchObject({ status: "NOT_FOUND", code: "not-found" });
    expect(await refusalOf(call("admin").fleets.get({ fleetId: uuid() }))).toMatchObject({ status: "NOT_FOUND" });
  });
});

describe("a failure on its way to the browser", () => {
  test("keeps its code, its words and its fields", () => {
    const failure = new Failure("conflict", "The fleet is busy.", [{ field: "fleetId", message: "Busy." }]);
    const error = withFailureCode(new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: failure }));
    expect(error.code).toBe("CONFLICT");
    expect(toFailureShape(error, "r-1")).toEqual({
      code: "conflict",
      message: "The fleet is busy.",
      problems: [{ field: "fleetId", message: "Busy." }],
    });
  });

  test("of a bug says nothing but the request's number", () => {
    const error = withFailureCode(new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: new Error("password=hunter2 at /srv/x.ts") }));
    expect(toFailureShape(error, "r-1")).toEqual({
      code: "internal",
      message: "Something went wrong on the server. Look for request r-1 in its log.",
      problems: [],
    });
  });

  test("of a database that cannot write says so, and what to do", () => {
    const full = Object.assign(new Error("could not extend file"), { code: "53100" });
    const error = withFailureCode(new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: new Error("Failed query: insert", { cause: full }) }));
    expect(error.code).toBe("SERVICE_UNAVAILABLE");
    expect(toFailureShape(error, "r-1")).toEqual({
      code: "unavailable",
      message: "The disk of the database is full. Fleets and their traffic stay up. Try again when that is mended.",
      problems: [],
    });
  });
});
