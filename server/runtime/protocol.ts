import { z } from "zod";
import type { UnitTarget } from "#domain/engine/effect.ts";
import type { UnitView } from "#domain/engine/observation.ts";
import type { FailureCode, Problem } from "#domain/failure.ts";
import { Fleet } from "#domain/fleet.ts";
import type { FleetTick } from "#domain/metric.ts";
import { Id, instanceIdPattern } from "#domain/names.ts";
import { Release } from "#domain/release.ts";
import { secretVariablePattern } from "#domain/settings/secret-reference.ts";

/**
 * What the control plane may ask of the local runtime: one HTTP POST of JSON per operation, `/<operation>`, over a Unix
 * socket. Every request carries the token of the data directory and the version of this protocol.
 */

/** Raised when an older runtime could misunderstand a request or a newer control plane an answer. */
export const protocolVersion = 3;
export const protocolHeader = "x-tideline-protocol";
/** Longest request body in bytes: a fleet of 10,000 instances with labels fits. */
export const requestBytesMax = 8 * 1024 * 1024;
export const trafficPerSecondMax = 300;

const Fence = z.number().int().min(0);
const InstanceId = z.string().regex(instanceIdPattern);
/** Names one attempt for ever; also shown, so it holds nothing but visible characters. */
const Key = z.string().regex(/^[\x21-\x7e]{1,300}$/);
const Target = z.enum(["unit", "next"]) satisfies z.ZodType<UnitTarget>;
const onFleet = { fleetId: Id };
const onInstance = { fleetId: Id, instanceId: InstanceId };
const Address = z.string().regex(/^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$/);
/** A unit that the runtime does not run: where it is, and what runs there. */
const Guest = z.object({ key: Key, releaseId: Id, address: Address });
export type Guest = z.infer<typeof Guest>;
const GuestName = z.object({ key: Key, address: Address }).nullable();
/** By instance id: all units that there are. */
const GuestUnits = z.record(InstanceId, z.object({ unit: GuestName, next: GuestName }));
export type GuestUnits = z.infer<typeof GuestUnits>;
const drainMsMax = 24 * 3_600_000;
const logLinesMax = 500;
const secretsMax = 1_000;
const pathLengthMax = 4_096;
/** As long as Linux lets one variable be. */
const secretLengthMax = 131_072;

export const operations = {
  "fleet.ensure": z.object({ fleet: Fleet, fence: Fence }),
  "fleet.remove": z.object({ ...onFleet, fence: Fence }),
  "release.resolve": z.object({ ...onFleet, release: Release }),
  "units.observe": z.object(onFleet),
  "unit.replace": z.object({ ...onInstance, release: Release, key: Key, fence: Fence }),
  "unit.start": z.object({ ...onInstance, release: Release, key: Key, fence: Fence }),
  "unit.retire": z.object({ ...onInstance, key: Key, fence: Fence }),
  "unit.discard": z.object({ ...onInstance, key: Key, fence: Fence }),
  "instance.remove": z.object({ ...onInstance, fence: Fence }),
  /** `units`, and `guest` below: of a fleet whose units the runtime does not run. */
  "rotation.observe": z.object({ ...onFleet, units: GuestUnits.optional() }),
  "rotation.drain": z.object({
    ...onInstance,
    target: Target,
    key: Key,
    guest: Guest.optional(),
    timeoutMs: z.number().min(0).max(drainMsMax),
    fence: Fence,
  }),
  "rotation.restore": z.object({ ...onInstance, target: Target, key: Key, guest: Guest.optional(), fence: Fence }),
  "ticks.read": z.object({ ...onFleet, after: z.number().int().min(0) }),
  "logs.read": z.object({ ...onInstance, after: z.number().int().min(0), limit: z.number().int().min(1).max(logLinesMax) }),
  "traffic.set": z.object({ ...onFleet, requestsPerSecond: z.number().min(0).max(trafficPerSecondMax), fence: Fence.optional() }),
  /** Where a release's secrets are: files below these directories, and variables of the control plane's own. Kept in memory. */
  "secrets.tell": z.object({
    directories: z.array(z.string().max(pathLengthMax)).max(secretsMax),
    variables: z.record(z.string().regex(secretVariablePattern), z.string().max(secretLengthMax)),
  }),
  "runtime.status": z.object({}),
  "runtime.stop": z.object({}),
} as const;

export type OperationName = keyof typeof operations;
/** What a caller gives; fields with defaults may be left out. */
export type Ask<Name extends OperationName> = z.input<(typeof operations)[Name]>;
/** What the runtime works with. */
export type Asked<Name extends OperationName> = z.output<(typeof operations)[Name]>;

export type UnitAnswer = Pick<UnitView, "unit" | "ready" | "probe"> & { readonly readyForMs: number | null };
export type UnitsAnswer = UnitAnswer & { readonly next: UnitAnswer | null };
export type RotationAnswer = Pick<UnitView, "rotation" | "inFlight" | "cut">;
export type RotationsAnswer = RotationAnswer & { readonly next: RotationAnswer | null };

export interface RuntimeLogLine {
  /** Grows along an instance's log, across its units and across restarts of the runtime. */
  readonly number: number;
  readonly at: number;
  readonly stream: "out" | "err";
  readonly text: string;
}

export interface FleetStatus {
  readonly fleetId: string;
  readonly name: string;
  /** Where the fleet's traffic arrives, on the loopback address. */
  readonly port: number;
  /** Why the port does not listen; null when it does. */
  readonly portProblem: string | null;
  readonly units: number;
  readonly requestsPerSecond: number;
}

export interface RuntimeStatus {
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  readonly startedAt: number;
  readonly residentBytes: number;
  readonly fleets: readonly FleetStatus[];
}

export interface Answers {
  "fleet.ensure": null;
  "fleet.remove": null;
  "release.resolve": null;
  "units.observe": Readonly<Record<string, UnitsAnswer>>;
  "unit.replace": null;
  "unit.start": null;
  "unit.retire": null;
  "unit.discard": null;
  "instance.remove": null;
  "rotation.observe": Readonly<Record<string, RotationsAnswer>>;
  "rotation.drain": null;
  "rotation.restore": null;
  "ticks.read": readonly FleetTick[];
  "logs.read": readonly RuntimeLogLine[];
  "traffic.set": null;
  "secrets.tell": null;
  "runtime.status": RuntimeStatus;
  "runtime.stop": null;
}

/** The body of every answer. */
export type Reply<Value> =
  | { readonly value: Value; readonly failure?: undefined }
  | { readonly failure: { readonly code: FailureCode; readonly message: string; readonly problems: readonly Problem[] } };
