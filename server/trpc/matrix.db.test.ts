import { TRPCError } from "@trpc/server";
import { eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { user } from "#db/schema/accounts.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { notificationDestination } from "#db/schema/notifications.ts";
import { apiToken } from "#db/schema/people.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Plan } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import { type Access, noAccess, type Role, roles } from "#domain/role.ts";
import { writeAccess } from "#server/auth/access.ts";
import { type CallerContext, createContext } from "#server/auth/context.ts";
import { createLinkToken, hashLinkToken } from "#server/auth/link-token.ts";
import { createTokenBrake } from "#server/auth/token-brake.ts";
import { listFleets } from "#server/catalog/read-fleets.ts";
import { createRolloutReader } from "#server/catalog/rollout-reader.ts";
import { createEngine } from "#server/engine/engine.ts";
import type { Services } from "#server/services.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { beginRollout, createTestContext, insertFleet, insertRelease, quickPlan, silentLog, startInput } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { appRouter, createCaller } from "./router.ts";

/** Who may call: everyone, everyone signed in, or those with at least this role where the thing is. */
type Least = "public" | "signed-in" | Role;

interface Expectation {
  readonly least: Least;
  /** What it is called with, where anything is asked for. */
  readonly input?: () => unknown;
  /** The role must be held outside the named environments. */
  readonly everywhere?: true;
  /** Only for people at a browser, whatever a token may do. */
  readonly browserOnly?: true;
}

const engine = { url: "unix:///var/run/docker.sock" };

let database: TestDatabase;
let fleet: Fleet;
let release: Release;
let rolloutId: string;
/** Fleets with a freeze that the caller has set, and one of somebody else. */
const frozen = { own: "", others: "" };

beforeAll(async () => {
  database = await createTestDatabase();
  release = await insertRelease(database.db, "1.1");
  fleet = await insertFleet(database.db, release);
  await database.db.insert(user).values({ id: "ada", name: "Ada", email: "ada@example.com" });
  await writeAccess(database.db, "ada", { ...noAccess, defaultRole: "admin" });
  ({ rolloutId } = await beginRollout(database.db, { fleet, release }));
  for (const whose of ["own", "others"] as const) frozen[whose] = (await insertFleet(database.db, release)).fleetId;
});
/** As somebody may have lifted or removed them just now. */
beforeEach(async () => {
  const row = { destinationId: otherDestinationId, environment: "test", definition: { ...destination, about: [...destination.about] } };
  await database.db.insert(notificationDestination).values(row).onConflictDoNothing();
  for (const [fleetId, byUserId] of [
    [frozen.own, "ada"],
    [frozen.others, "grace"],
  ] as const) {
    const freeze = { until: null, reason: "Hands off.", by: "Somebody", byUserId, since: 0 };
    await database.db.update(fleetTable).set({ freeze }).where(eq(fleetTable.fleetId, fleetId));
  }
});
afterAll(() => database.close());

const onFleet = () => ({ fleetId: fleet.fleetId });
const onRollout = () => ({ rolloutId });
const command = (type: string) => () => ({ type, rolloutId, commandId: uuid(), reason: "A test." });
const fleetCommand =
  (type: string, change: object = {}) =>
  () => ({ type, ...onFleet(), commandId: uuid(), reason: "A test.", ...change });
const destination = {
  kind: "slack",
  name: "ops",
  url: "file:/run/secrets/slack",
  scope: { type: "environment", environment: "test" },
  about: ["ends"],
} as const;
const otherDestinationId = uuid();
const metrics = { source: "prometheus", url: "http://prometheus:9090" };
const haproxy = { type: "haproxy", socket: "unix:/run/haproxy.sock", backend: "shop" };

/** By procedure; where one does several things, each after a space. A procedure without a line here fails the test. */
const expectations: Readonly<Record<string, Expectation>> = {
  "setup.state": { least: "public" },
  "setup.create": { least: "public", input: () => ({ token: "t", name: "Eve", email: "eve@example.com", password: "correct horse battery" }) },
  "session.current": { least: "public" },
  "session.list": { least: "signed-in", browserOnly: true, input: () => ({}) },
  "session.list of somebody": { least: "admin", everywhere: true, browserOnly: true, input: () => ({ userId: "grace" }) },
  "session.end": { least: "admin", everywhere: true, browserOnly: true, input: () => ({ sessionId: "of-grace" }) },
  // Refused without the current password, whoever asks.
  "session.changePassword": { least: "signed-in", browserOnly: true, input: () => ({ password: "wrong", newPassword: "correct horse battery" }) },
  "sso.state": { least: "admin", everywhere: true, browserOnly: true },
  "sso.lastTest": { least: "admin", everywhere: true, browserOnly: true },
  "tokens.list": { least: "signed-in", browserOnly: true, input: () => ({}) },
  "tokens.list of everybody": { least: "admin", everywhere: true, browserOnly: true, input: () => ({ everybody: true }) },
  "tokens.create": { least: "signed-in", browserOnly: true, input: () => ({ name: "ci", access: noAccess, days: 7 }) },
  "tokens.revoke": { least: "admin", everywhere: true, browserOnly: true, input: () => ({ tokenId: uuid() }) },
  "people.list": { least: "admin", everywhere: true },
  "people.changeAccess": { least: "admin", everywhere: true, input: () => ({ userId: "gone", access: { ...noAccess, defaultRole: "viewer" } }) },
  "people.remove": { least: "admin", everywhere: true, input: () => ({ userId: "gone" }) },
  "environments.list": { least: "signed-in" },
  "environments.protect": { least: "admin", input: () => ({ environment: "test", isProtected: false }) },
  "invitations.list": { least: "admin", everywhere: true },
  "invitations.create": { least: "admin", everywhere: true, input: () => ({ email: "new@example.org", access: noAccess }) },
  "invitations.withdraw": { least: "admin", everywhere: true, input: () => ({ invitationId: uuid() }) },
  "invitations.open": { least: "public", input: () => ({ token: "t" }) },
  "invitations.accept": { least: "public", input: () => ({ token: "t", name: "Eve", password: "correct horse battery" }) },
  // Lists show what the caller may see, which may be nothing.
  "fleets.list": { least: "signed-in" },
  "rollouts.list": { least: "signed-in", input: () => ({}) },
  "rollouts.search": { least: "signed-in", input: () => ({}) },
  "rollouts.choices": { least: "signed-in" },
  "insights.read": { least: "signed-in", input: () => ({ period: "30d" }) },
  "activity.search": { least: "admin", everywhere: true, input: () => ({}) },
  "activity.choices": { least: "admin", everywhere: true },
  "notifications.list": { least: "signed-in" },
  "notifications.save": { least: "admin", input: () => ({ destinationId: null, destination }) },
  "notifications.remove": { least: "admin", input: () => ({ destinationId: otherDestinationId }) },
  "notifications.test": { least: "admin", input: () => ({ destination }) },
  "rollouts.record": { least: "viewer", input: onRollout },
  "fleets.get": { least: "viewer", input: onFleet },
  "fleets.samples": { least: "viewer", input: () => ({ ...onFleet(), windowMs: 60_000, widthMs: 1_000 }) },
  "fleets.instanceCourse": { least: "viewer", input: () => ({ ...onFleet(), instanceId: "i0" }) },
  "fleets.logs": { least: "viewer", input: () => ({ ...onFleet(), instanceId: "i0" }) },
  "fleets.create": {
    least: "admin",
    input: () => ({
      name: "new",
      service: "none",
      environment: "test",
      port: 0,
      instances: 1,
      zones: ["a"],
      releaseId: release.releaseId,
      readinessPath: "/",
    }),
  },
  "fleets.createDemo": { least: "admin", input: () => ({}) },
  // Refused for the active rollout; what matters is by whom it may be asked for.
  "fleets.remove": { least: "admin", input: onFleet },
  "fleets.command scale": { least: "operator", input: fleetCommand("scale", { desired: 4 }) },
  "fleets.command setFreeze": { least: "operator", input: fleetCommand("setFreeze", { until: 1 }) },
  "fleets.command liftFreeze of one's own": { least: "operator", input: () => ({ ...fleetCommand("liftFreeze")(), fleetId: frozen.own }) },
  "fleets.command liftFreeze of somebody else's": { least: "admin", input: () => ({ ...fleetCommand("liftFreeze")(), fleetId: frozen.others }) },
  "fleets.command setFreeze over somebody else's": {
    least: "admin",
    input: () => ({ ...fleetCommand("setFreeze", { until: null })(), fleetId: frozen.others }),
  },
  "fleets.command liftHold": { least: "operator", input: fleetCommand("liftHold") },
  "fleets.command setMetrics": { least: "admin", input: fleetCommand("setMetrics", { metrics }) },
  "fleets.testMetrics": { least: "admin", input: () => ({ ...onFleet(), metrics }) },
  "fleets.testBalancer": { least: "admin", input: () => ({ environment: "test", balancer: haproxy }) },
  "fleets.setTraffic": { least: "operator", input: () => ({ ...onFleet(), requestsPerSecond: 0 }) },
  "releases.list": { least: "viewer", input: () => ({ service: "greeter" }) },
  "releases.record": { least: "admin", input: () => ({ service: "greeter", name: `r-${uuid()}`, command: ["node"], directory: "/nowhere/at/all" }) },
  "releases.recordImage": {
    least: "admin",
    input: () => ({ service: "greeter", name: `r-${uuid()}`, image: `sha256:${"0".repeat(64)}`, container: { port: 8_080 } }),
  },
  "engines.check": { least: "admin", input: () => ({ environment: "test", driver: { type: "docker", engine } }) },
  "engines.containers": { least: "admin", input: () => ({ environment: "test", engine }) },
  "engines.checkAdoption": { least: "admin", input: () => ({ environment: "test", driver: { type: "docker", engine } }) },
  "engines.inspect": { least: "admin", input: () => ({ environment: "test", engine, containers: ["a".repeat(64)] }) },
  "plans.list": { least: "viewer" },
  "plans.get": { least: "viewer", input: () => ({ planId: uuid() }) },
  "plans.save": { least: "operator", input: () => ({ name: `p-${uuid()}`, plan: {} }) },
  "plans.save with a hook": { least: "admin", input: () => ({ name: `p-${uuid()}`, plan: { hooks: { prepare: { command: ["true"] } } } }) },
  "rollouts.get": { least: "viewer", input: onRollout },
  "rollouts.firstLook": { least: "viewer", input: onRollout },
  "rollouts.events": { least: "viewer", input: onRollout },
  "rollouts.instanceEvents": { least: "viewer", input: () => ({ ...onRollout(), instanceId: "i0" }) },
  "rollouts.evidence": { least: "viewer", input: onRollout },
  "rollouts.check": { least: "viewer", input: () => ({ ...onFleet(), releaseId: release.releaseId, plan: Plan.parse(quickPlan) }) },
  "rollouts.start": { least: "operator", input: () => startInput(fleet, release) },
  "rollouts.command pause": { least: "operator", input: command("pause") },
  "rollouts.command resume": { least: "operator", input: command("resume") },
  "rollouts.command skipSoak": { least: "operator", input: command("skipSoak") },
  "rollouts.command approve": { least: "approver", input: command("approve") },
  "rollouts.command rollBack": { least: "operator", input: command("rollBack") },
  "rollouts.command cancel": { least: "operator", input: command("cancel") },
  "runtime.stop": { least: "admin", everywhere: true, input: () => ({}) },
};

type Held = "none" | Role;
/** At a browser, or with a token of an admin that may do no more than that. */
type Caller = "nobody" | Held | `token of ${Held}`;
const held: readonly Held[] = ["none", ...roles];
const callers: readonly Caller[] = ["nobody", ...held, ...held.map((each) => `token of ${each}` as const)];

const isToken = (caller: Caller) => caller.startsWith("token of ");
const heldBy = (caller: Caller) => caller.replace("token of ", "") as "nobody" | Held;

/** As a request with its token is read. */
async function callerByToken(services: Services, access: Access): Promise<CallerContext | null> {
  const token = `tideline_${createLinkToken()}`;
  const row = { tokenId: uuid(), hash: hashLinkToken(token), userId: "ada", name: "ci", access, expiresAt: new Date(Date.now() + 60_000) };
  await database.db.insert(apiToken).values(row);
  return createContext(services, { headers: { authorization: `Bearer ${token}` } });
}

/** What the call was answered with: the code of its refusal, or `done`. What is asked for need not be possible. */
async function answerTo(procedure: string, caller: Caller, expectation: Expectation): Promise<string> {
  const { ports } = createFakeWorld({ clock: createTestClock() }).connect();
  const engine = createEngine({ db: database.db, log: silentLog, ...ports });
  const by = heldBy(caller);
  const role = by === "nobody" || by === "none" ? null : by;
  const access = expectation.everywhere ? { ...noAccess, defaultRole: role } : { ...noAccess, roles: { test: role, demo: role } };
  const services = {
    db: database.db,
    engine,
    ...ports,
    rollouts: createRolloutReader(database.db),
    readFleets: () => listFleets({ db: database.db, engine }),
    courses: { read: async () => null },
    docker: { check: async () => [], listRunning: async () => [], refuseRights: () => {} },
    tokenBrake: createTokenBrake(),
    config: { sso: null, passwords: "everyone" },
    consoleUrl: "http://127.0.0.1:3000",
    notifications: { sendTest: async () => ({ outcome: "delivered", message: "", answer: "" }) },
    local: { stop: async () => {}, setTraffic: async () => {}, status: async () => ({ fleets: [] }) },
  };
  const ctx = createTestContext(services as never, access);
  const session = { sessionId: "s", userId: "ada", name: "Ada", email: "ada@example.com" };
  const atBrowser = caller === "nobody" ? null : { ...ctx, userId: "ada", email: session.email, session, token: null };
  const called = createCaller({
    caller: isToken(caller) ? await callerByToken(ctx.services, access) : atBrowser,
    services: ctx.services,
    requestId: "r-1",
    headers: new Headers(),
    setCookies: () => {},
  });
  const [router = "", name = ""] = (procedure.split(" ")[0] ?? "").split(".");
  const asked = (called as never as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[router]?.[name];
  if (!asked) throw new Error(`There is no procedure ${procedure}.`);
  return asked(expectation.input?.()).then(
    () => "done",
    (error: unknown) => (error instanceof TRPCError ? error.code : String(error)),
  );
}

function mayCall(caller: Caller, { least, browserOnly }: Expectation): boolean {
  const by = heldBy(caller);
  if (least === "public") return true;
  if (by === "nobody" || (browserOnly && isToken(caller))) return false;
  if (least === "signed-in") return true;
  return by !== "none" && roles.indexOf(by) >= roles.indexOf(least);
}

test("every procedure has its expectation, and every expectation its procedure", () => {
  const stated = new Set(Object.keys(expectations).map((key) => key.split(" ")[0]));
  expect([...stated].sort()).toEqual(Object.keys(appRouter._def.procedures).sort());
});

describe.each(Object.entries(expectations))("%s", (procedure, expectation) => {
  test.each(callers)(`by %s (least: ${expectation.least})`, async (caller) => {
    const answer = await answerTo(procedure, caller, expectation);
    if (mayCall(caller, expectation)) {
      // A public one may refuse its token; nobody else who may ask is told that they may not.
      expect(answer).not.toBe("UNAUTHORIZED");
      if (expectation.least !== "public") expect(answer).not.toBe("FORBIDDEN");
    } else expect(answer).toBe(caller === "nobody" ? "UNAUTHORIZED" : "FORBIDDEN");
  });
});
