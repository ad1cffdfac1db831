import { sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { notifyChange } from "#db/feed.ts";
import { listFleetRows } from "#db/queries/fleets.ts";
import { getRelease } from "#db/queries/releases.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { Duration } from "#domain/duration-schema.ts";
import { Failure } from "#domain/failure.ts";
import { artifactTypes, Check, createInstances, Fleet, type FleetBalancer, FleetDriver, localInstancesMax, OutsideBalancer } from "#domain/fleet.ts";
import { assertNever } from "#domain/invariant.ts";
import { Id, Slug } from "#domain/names.ts";
import { requireArtifact } from "#domain/release.ts";
import { describeShortage, unitPortsOf } from "#domain/unit-ports.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";
import { refuseAdoption } from "./refuse-adoption.ts";
import { permissionsFor } from "./test-balancer.ts";
import { isUniqueViolation } from "./unique.ts";

const zonesMax = 26;
const ensureDeadlineMs = 10_000;
/** Below any token a lease will ever have. */
const firstFence = { token: 0 };

export const CreateFleet = z.object({
  name: Slug,
  service: Slug,
  environment: Slug,
  driver: FleetDriver.default({ type: "process" }),
  /** On the loopback address; 0 lets the runtime choose. */
  port: z
    .number({ error: "Give a port." })
    .int({ error: "A port is a whole number." })
    .min(0)
    .max(65_535, { error: "A port is at most 65535." })
    .refine((port) => port === 0 || port >= 1_024, { error: "Use a port from 1024 to 65535; 0 lets Tideline choose." }),
  instances: z
    .number({ error: "Give the number of instances." })
    .int({ error: "Use a whole number of instances." })
    .min(1, { error: "A fleet has at least one instance." })
    .max(localInstancesMax, { error: `At most ${localInstancesMax} instances run on one machine.` }),
  zones: z
    .array(Slug)
    .min(1, { error: "Name at least one zone." })
    .max(zonesMax, { error: `At most ${zonesMax} zones.` }),
  releaseId: Id,
  readinessPath: Check.shape.path,
  requestTimeout: Duration.optional(),
  /** A load balancer outside; left out, the one of this machine listens on `port`. */
  balancer: OutsideBalancer.optional(),
});
export type CreateFleet = z.infer<typeof CreateFleet>;

/** Creates a fleet and makes it known to its driver. The engine then starts those of its instances that do not run. Throws Failure with fields. */
export async function createFleet(ctx: Context, input: CreateFleet): Promise<{ fleetId: string }> {
  const fleetId = uuid();
  const detail = { fleetId, ...input };
  const alsoNeeds = permissionsFor(input.balancer);
  const attempt = { permission: "fleet.create", environment: input.environment, alsoNeeds, target: `fleet:${fleetId}`, detail } as const;
  await runVerb(ctx, attempt, async (tx) => {
    const release = await getRelease(tx, input.releaseId);
    if (release.service !== input.service)
      throw refusal("invalid", "releaseId", `Release ${release.name} belongs to ${release.service}; choose one of ${input.service}.`);
    const artifact = requireArtifact(release, artifactTypes[input.driver.type]);
    const ports = unitPortsOf(input.driver, artifact);
    const shortage = ports && describeShortage(ports, input.instances, 0);
    if (shortage) throw refusal("invalid", "instances", shortage);
    await refuseTaken(tx, input);
    const fleet = toFleet(fleetId, input);
    await refuseAdoption(ctx.services, tx, fleet, release);
    await insertFleet(tx, fleet);
    await notifyChange(tx, { fleetId, rolloutId: null, seq: null });
    // Last, so that a fleet of which the database knows nothing is not left behind by any other refusal.
    await ensureAtParts(ctx, fleet);
  });
  ctx.services.engine.wake(fleetId);
  return { fleetId };
}

function toFleet(fleetId: string, input: CreateFleet): Fleet {
  return Fleet.parse({
    fleetId,
    name: input.name,
    service: input.service,
    environment: input.environment,
    driver: input.driver,
    balancer: input.balancer ?? { type: "embedded", port: input.port },
    instances: createInstances(input.instances, input.zones),
    readiness: { path: input.readinessPath },
    liveness: null,
    requestTimeout: input.requestTimeout,
    initialReleaseId: input.releaseId,
    provenReleaseId: null,
  });
}

async function insertFleet(tx: Transaction, fleet: Fleet): Promise<void> {
  const { fleetId, name, service, environment } = fleet;
  const assigned = Object.fromEntries(fleet.instances.map(({ id }) => [id, fleet.initialReleaseId]));
  try {
    await tx.insert(fleetTable).values({ fleetId, name, service, environment, definition: fleet, assigned });
  } catch (error) {
    if (!isUniqueViolation(error, "fleet_name")) throw error;
    throw nameTaken(name);
  }
}

/** Two fleets on one port, backend or file would be told apart by nobody. The lock makes two creations at once follow one another. */
async function refuseTaken(tx: Transaction, { name, port, balancer }: CreateFleet): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tideline.create-fleet'))`);
  const fleets = (await listFleetRows(tx)).map((row) => row.fleet);
  if (fleets.some((fleet) => fleet.name === name)) throw nameTaken(name);
  const place = placeOf(balancer ?? { type: "embedded", port });
  const holder = place && fleets.find((fleet) => placeOf(fleet.balancer)?.words === place.words);
  if (holder) throw refusal("conflict", place.field, `${place.words} carries the traffic of ${holder.name} already. Choose another ${place.noun}.`);
}

interface TrafficPlace {
  readonly field: string;
  readonly noun: string;
  readonly words: string;
}

/** Where a fleet's traffic is carried, where it must be its alone; null for a port that is yet to be chosen. */
function placeOf(balancer: FleetBalancer): TrafficPlace | null {
  switch (balancer.type) {
    case "embedded":
      return balancer.port === 0 ? null : { field: "port", noun: "port", words: `Port ${balancer.port}` };
    case "haproxy":
      return { field: "balancer.backend", noun: "backend", words: `The backend ${balancer.backend} of ${balancer.socket}` };
    case "nginx":
      return { field: "balancer.upstreamFile", noun: "file", words: balancer.upstreamFile };
    default:
      return assertNever(balancer);
  }
}

async function ensureAtParts(ctx: Context, fleet: Fleet): Promise<void> {
  const driver = ctx.services.drivers[fleet.driver.type];
  const balancer = ctx.services.balancers[fleet.balancer.type];
  const soon = () => AbortSignal.timeout(ensureDeadlineMs);
  let field = fleet.driver.type === "process" ? "port" : "driver";
  try {
    await driver.ensureFleet(fleet, firstFence, soon());
    field = fleet.balancer.type === "embedded" ? "port" : "balancer";
    await balancer.ensureFleet(fleet, firstFence, soon());
  } catch (error) {
    await Promise.allSettled([driver.removeFleet(fleet, firstFence, soon()), balancer.removeFleet(fleet, firstFence, soon())]);
    if (!(error instanceof Failure) || error.code === "unavailable" || error.problems.length > 0) throw error;
    throw refusal(error.code, field, error.message);
  }
}

function nameTaken(name: string): Failure {
  return refusal("conflict", "name", `There is a fleet called ${name} already. Choose another name.`);
}

function refusal(code: Failure["code"], field: string, message: string): Failure {
  return new Failure(code, message, [{ field, message }]);
}
