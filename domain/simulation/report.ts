import type { RolloutEvent } from "../event.ts";
import { resolvePlan } from "../plan-limits.ts";
import { isTerminal, type RolloutStatus } from "../rollout.ts";
import type { Waiting } from "../waiting.ts";
import type { StoredRollout } from "./book.ts";
import { viewsOf } from "./observe.ts";
import type { ScenarioRun } from "./scenario.ts";
import type { Scenario } from "./scenario-file.ts";

/** What `npm run simulate -- --json` prints; the names and their order are a promise, see docs/simulation.md. */
export interface Report {
  readonly rollouts: readonly RolloutReport[];
  readonly fleet: {
    readonly desired: number;
    readonly releases: Readonly<Record<string, number>>;
    readonly inRotation: number;
    readonly outOfRotation: readonly string[];
  };
  readonly never: {
    readonly minInRotation: number;
    readonly maxInstances: number;
    readonly maxInFlight: number;
    readonly floor: number;
    readonly ceiling: number;
  };
  readonly requests: { readonly total: number; readonly failed: number; readonly byRelease: Readonly<Record<string, number>> };
  readonly effects: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly refused: readonly { readonly atMs: number; readonly do: string; readonly code: string; readonly message: string }[];
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

export interface RolloutReport {
  readonly id: string;
  readonly release: string;
  readonly status: RolloutStatus;
  readonly reason: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly kind: "rollout" | "rollback";
  readonly waiting: readonly Waiting[];
  readonly batches: readonly {
    readonly number: number;
    readonly instances: readonly string[];
    readonly startedAtMs: number;
    readonly settledAtMs: number | null;
    readonly openedAtMs: number | null;
  }[];
  readonly failed: readonly string[];
  readonly wasUnhealthy: readonly string[];
  readonly skipped: readonly string[];
  readonly cutRequests: number;
  readonly evidence: readonly { readonly metric: string; readonly state: string; readonly lnE: number; readonly atMs: number }[];
}

const verbs = ["drain", "replace", "restore", "start", "retire", "discard", "remove"] as const;

export function reportOf(scenario: Scenario, { plane, played }: ScenarioRun): Report {
  const { world, book, extremes } = plane;
  const { tally, traffic } = world;
  const { desired, limits } = planned(scenario);
  return {
    rollouts: book.rollouts.map(toRollout),
    fleet: toFleet(plane),
    never: {
      minInRotation: tally.minServing,
      maxInstances: tally.maxExisting,
      maxInFlight: extremes.maxInFlight,
      floor: Number.isFinite(extremes.floor) ? extremes.floor : Math.max(0, desired - limits.maxUnavailable),
      ceiling: extremes.ceiling || desired + limits.maxSurge,
    },
    requests: { total: traffic?.total ?? 0, failed: traffic?.failed ?? 0, byRelease: Object.fromEntries(traffic?.byRelease ?? []) },
    effects: Object.fromEntries([...tally.effects].sort(([a], [b]) => byNumber(a, b)).map(([instanceId, counts]) => [instanceId, inOrder(counts)])),
    refused: played.flatMap(({ atMs, entry, failure }) => (failure ? { atMs, do: entry.do, code: failure.code, message: failure.message } : [])),
    events: book.rollouts
      .flatMap(({ events }) => events)
      .sort((a, b) => a.at - b.at)
      .map(toEvent),
  };
}

/** As JSON, with one line for each rollout, batch of counts and event: what changed between two runs shows as lines. */
export function formatReport(report: Report): string {
  const sections = Object.entries(report).map(([name, value]) => `  ${JSON.stringify(name)}: ${formatSection(value)}`);
  return `{\n${sections.join(",\n")}\n}\n`;
}

function formatSection(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
}

/** The limits of the scenario's own plan, for a run in which nothing started. */
function planned({ fleet, plan }: Scenario) {
  return { desired: fleet.instances, limits: resolvePlan(plan, fleet.instances) };
}

function toRollout({ rolloutId, state }: StoredRollout): RolloutReport {
  const updates = state.updates.values();
  const named = (phase: string) => updates.filter((update) => update.phase === phase).map((update) => update.instanceId);
  return {
    id: rolloutId,
    release: state.releaseNames[state.releaseId] ?? state.releaseId,
    status: state.status,
    reason: state.outcome ?? state.pausedBy?.message ?? null,
    startedAtMs: state.startedAt,
    endedAtMs: state.endedAt,
    kind: state.kind,
    waiting: isTerminal(state.status) ? [] : state.waiting,
    batches: state.batches.map((batch) => ({
      number: batch.number,
      instances: batch.instanceIds,
      startedAtMs: batch.openedAt,
      settledAtMs: batch.settledAt,
      openedAtMs: batch.gateOpenedAt,
    })),
    failed: named("failed"),
    wasUnhealthy: updates.filter((update) => update.wasUnhealthy).map((update) => update.instanceId),
    skipped: named("skipped"),
    cutRequests: updates.reduce((sum, update) => sum + update.cut, 0),
    evidence: Object.values(state.evidence).map(({ metric, state: verdict, lnE, at }) => ({ metric, state: verdict, lnE: rounded(lnE), atMs: at })),
  };
}

function toFleet({ world, book }: ScenarioRun["plane"]): Report["fleet"] {
  const releases: Record<string, number> = {};
  for (const view of viewsOf(world).values()) if (view.unit) releases[view.unit.releaseId] = (releases[view.unit.releaseId] ?? 0) + 1;
  const sorted = Object.entries(releases).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    desired: book.fleet.fleet.instances.length,
    releases: Object.fromEntries(sorted),
    inRotation: world.tally.serving,
    outOfRotation: [...world.slots.values()].filter((slot) => !slot.isServing).map((slot) => slot.instanceId),
  };
}

/** The event without what its reader knows: times are virtual, and every event belongs to the rollout it names. */
function toEvent({ seq, at, rolloutId, type, actor, ...fact }: RolloutEvent): Readonly<Record<string, unknown>> {
  return { seq, atMs: at, type, rollout: rolloutId, by: actor.type, ...fact };
}

function inOrder(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(verbs.flatMap((verb) => (counts.has(verb) ? [[verb, counts.get(verb) ?? 0] as const] : [])));
}

function byNumber(a: string, b: string): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}

function rounded(lnE: number): number {
  return Math.round(lnE * 1e6) / 1e6;
}
