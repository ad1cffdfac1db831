import type { InstanceObservation, Observation, UnitView } from "../engine/observation.ts";
import { Table } from "../table.ts";
import { isReady, type Place, type Slot, type Unit } from "./slot.ts";
import type { World } from "./world.ts";

/** What driver, balancer and hooks say. Evidence and freezes are the control plane's own. */
export type WorldView = Pick<Observation, "driver" | "balancer" | "instances" | "hooks">;

export function observe(world: World): WorldView {
  const { away } = world.faults;
  const isFrozen = away.has("driver") || away.has("balancer") || away.has("view");
  if (!isFrozen) world.frozen = null;
  const instances = isFrozen ? (world.frozen ??= viewsOf(world)) : viewsOf(world);
  return { driver: away.get("driver") ?? null, balancer: away.get("balancer") ?? null, instances, hooks: world.hooks };
}

/** As they are, whatever anybody is told. Of an instance that did not change, the same object as before. */
export function viewsOf(world: World): World["views"] {
  if (world.unseen.size === 0) return world.views;
  const isNew = [...world.unseen].some((slot) => world.views.get(slot.instanceId) === undefined);
  if (isNew) world.views = Table.from([...world.slots.values()].map((slot) => [slot.instanceId, viewOf(slot)]));
  else for (const slot of world.unseen) world.views = world.views.set(slot.instanceId, viewOf(slot));
  world.unseen.clear();
  return world.views;
}

function viewOf(slot: Slot): InstanceObservation {
  return {
    instanceId: slot.instanceId,
    ...sideView(slot, slot.unit, slot.place),
    // A second unit that is being started is one of which nothing is known yet.
    next: slot.next || slot.starting ? sideView(slot, slot.next, slot.nextPlace) : null,
    passiveFailed: slot.passiveFailed || slot.fault === "failing",
  };
}

function sideView(slot: Slot, unit: Unit | null, { rotation, inFlight, cut }: Place): UnitView {
  const ready = isReady(slot, unit);
  return {
    unit: unit && {
      key: unit.key,
      releaseId: unit.releaseId,
      state: unit.state,
      startedAt: unit.startedAt,
      restarts: unit.starts - 1,
      address: null,
      message: unit.state === "exited" ? "exited with code 1" : null,
    },
    ready,
    readySince: ready ? unit.readySince : null,
    probe: ready ? "200" : "connection refused",
    rotation,
    inFlight,
    cut,
  };
}
