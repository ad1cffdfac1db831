import { expect, test } from "vitest";
import type { RolloutFact } from "../event.ts";
import type { Rollout } from "../rollout.ts";
import { Table } from "../table.ts";
import { wantedEffects } from "./effects.ts";
import type { InstanceObservation, UnitView } from "./observation.ts";
import { foldEvents, startedWith, toEvents } from "./rollout-testing.ts";

const now = 60_000;
const instanceId = "i0";

function view(change: Partial<UnitView> & { readonly key: string }): UnitView {
  const { key, ...rest } = change;
  const unit = { key, releaseId: "v1", state: "running", startedAt: 0, restarts: 0, address: null, message: null } as const;
  return { unit, ready: true, readySince: 0, probe: "200", rotation: "in", inFlight: 0, cut: 0, ...rest };
}

/** A start-first update of i0 whose new unit serves already, and which failed before the old one had left. */
function leftInTwo(): Rollout {
  const facts: RolloutFact[] = [
    startedWith({ plan: { maxSurge: 1, maxUnavailable: 0, metrics: false } }),
    { type: "rollout.prepared" },
    { type: "batch.opened", batch: 1, instanceIds: [instanceId] },
    { type: "update.started", instanceId, batch: 1, attempt: 1, direction: "forward", releaseId: "v2", startFirst: true },
    { type: "attempt.failed", instanceId, attempt: 1, cause: "driver", message: "no", retryAt: null },
  ];
  return foldEvents(toEvents(facts, () => 0));
}

/** What is asked of i0, whose old unit is as given beside a new one that serves. */
function asked(old: Partial<UnitView>): string[] {
  const seen: InstanceObservation = { instanceId, ...view({ key: "old", ...old }), next: view({ key: "r1/i0/1" }), passiveFailed: false };
  const beside: InstanceObservation = { instanceId: "i1", ...view({ key: "other" }), next: null, passiveFailed: false };
  const instances = Table.from([seen, beside].map((each): [string, InstanceObservation] => [each.instanceId, each]));
  return wantedEffects(leftInTwo(), { driver: null, balancer: null, instances, evidence: {}, resources: [], freeze: null, hooks: {} }, now).map(
    (effect) => `${effect.type}${"target" in effect ? ` ${effect.target}` : ""}`,
  );
}

test.each<[string, Partial<UnitView>, string[]]>([
  ["leaves at once where the first one serves", {}, ["instance.drain next"]],
  ["stays where it alone serves, although the first one is in rotation", { ready: false, readySince: null }, []],
  ["stays until the first one's readiness has held", { readySince: now - 1_000 }, []],
  ["stays until the first one is back", { rotation: "out" }, ["instance.restore unit"]],
])("a second unit that nobody wants any more %s", (_, old, effects) => expect(asked(old)).toEqual(effects));
