import type { InstanceObservation, UnitView } from "./engine/observation.ts";
import { type Packed, packRows, unpackRows } from "./pack.ts";

/** An observation with its unit's fields beside its own: columns of plain values pack best. */
type Row = Omit<InstanceObservation, "unit" | "unverified"> & {
  readonly unverified: true | null;
  readonly hasUnit: boolean;
  readonly releaseId: string | null;
  readonly state: NonNullable<UnitView["unit"]>["state"] | null;
  readonly startedAt: number | null;
  readonly restarts: number | null;
  readonly address: string | null;
  readonly message: string | null;
};

/** What was seen of instances, for a browser. The keys of their units stay behind: only the engine needs them, and each is long. */
export function packInstances(instances: readonly InstanceObservation[]): Packed {
  return packRows(instances.map(toRow));
}

export function unpackInstances(packed: Packed): InstanceObservation[] {
  return unpackRows<Row>(packed).map(fromRow);
}

function toRow({ instanceId, unit, ready, readySince, probe, rotation, inFlight, cut, unverified, next, passiveFailed }: InstanceObservation): Row {
  return {
    instanceId,
    hasUnit: unit !== null,
    releaseId: unit?.releaseId ?? null,
    state: unit?.state ?? null,
    startedAt: unit?.startedAt ?? null,
    restarts: unit?.restarts ?? null,
    address: unit?.address ?? null,
    message: unit?.message ?? null,
    ready,
    readySince,
    probe,
    rotation,
    inFlight,
    cut,
    unverified: unverified ?? null,
    next,
    passiveFailed,
  };
}

/** Field by field: of ten thousand rows, taking the rest of an object apart costs more than reading them. */
function fromRow(row: Row): InstanceObservation {
  const { instanceId, ready, readySince, probe, rotation, inFlight, cut, unverified, next, passiveFailed } = row;
  const seen = { instanceId, unit: unitOf(row), ready, readySince, probe, rotation, inFlight, cut, next, passiveFailed };
  return unverified ? { ...seen, unverified } : seen;
}

function unitOf({ hasUnit, releaseId, state, startedAt, restarts, address, message }: Row): InstanceObservation["unit"] {
  const isWhole = hasUnit && releaseId !== null && state !== null && startedAt !== null && restarts !== null;
  return isWhole ? { key: "", releaseId, state, startedAt, restarts, address, message } : null;
}
