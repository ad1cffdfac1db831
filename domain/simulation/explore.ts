import type { Actor } from "../actor.ts";
import { evolve } from "../engine/evolve.ts";
import type { RolloutEvent } from "../event.ts";
import { settingsOf } from "../evidence/settings.ts";
import { addInterval, createAccumulator, toEvidence } from "../evidence/verdict.ts";
import type { Rollout } from "../rollout.ts";
import { Table } from "../table.ts";
import { activeOf, queuedOf, type StoredRollout } from "./book.ts";
import { BrokenInvariant, watchInvariants } from "./invariants.ts";
import { settle } from "./look.ts";
import { command, commandFleet } from "./people.ts";
import type { ControlPlane, Watch } from "./plane.ts";
import { isAtRest, runUntil } from "./run.ts";
import { runScenario } from "./scenario.ts";
import type { Scenario } from "./scenario-file.ts";

/** What one run came to: what was broken, if anything, and how its rollouts ended. */
export interface Exploration {
  readonly broken: { readonly invariant: string; readonly message: string } | null;
  readonly statuses: readonly string[];
}

const person: Actor = { type: "person", userId: "u1", name: "Ada" };
/** Questions that a run may ask a person after its scenario is over. */
const answersMax = 40;
const hourMs = 3_600_000;

/**
 * Plays a scenario under all invariants, then answers every question until every rollout has ended: with the faults over
 * nothing may stay open for ever. Whatever breaks, an exception of ours included, is what the run came to.
 */
export function explore(scenario: Scenario): Exploration {
  return exploreWith(scenario, watchInvariants);
}

/** The same with another watch, which throws a BrokenInvariant where it finds one. */
export function exploreWith(scenario: Scenario, watch: Watch): Exploration {
  let plane: ControlPlane | null = null;
  try {
    const run = runScenario(scenario, (happening, of) => {
      plane = of;
      watch(happening, of);
    });
    plane = run.plane;
    if (!run.isAtRest) throw new BrokenInvariant("every rollout comes to rest", `At ${run.plane.world.now} ms: ${restless(run.plane)}`);
    answerAll(run.plane);
    for (const stored of run.plane.book.rollouts) checkEnded(stored);
    return { broken: null, statuses: statusesOf(run.plane) };
  } catch (error) {
    const broken =
      error instanceof BrokenInvariant
        ? { invariant: error.invariant, message: error.message }
        : { invariant: "no mistake of ours", message: error instanceof Error ? error.message : String(error) };
    return { broken, statuses: plane === null ? [] : statusesOf(plane) };
  }
}

function statusesOf({ book }: ControlPlane): string[] {
  return book.rollouts.map(({ state }) => state.status);
}

function restless({ book }: ControlPlane): string {
  const state = activeOf(book)?.state ?? queuedOf(book)?.state;
  return state ? `${state.rolloutId} is ${state.status} and waits for ${JSON.stringify(state.waiting)}` : "the fleet is not whole";
}

function answerAll(plane: ControlPlane): void {
  for (let answer = 0; answer < answersMax; answer += 1) {
    if (activeOf(plane.book) === null && queuedOf(plane.book) === null) return;
    answerOne(plane, answer);
    settle(plane);
    runUntil(plane, plane.world.now + 24 * hourMs, () => isAtRest(plane));
    if (!isAtRest(plane)) break;
  }
  throw new BrokenInvariant("every rollout ends once it is asked to", `At ${plane.world.now} ms: ${restless(plane)}`);
}

/** First what lets it go on; a rollout that has asked often enough is rolled back, and one that cannot be is cancelled. */
function answerOne(plane: ControlPlane, answer: number): void {
  const ask = (type: "resume" | "approve" | "rollBack" | "cancel") => command(plane, { type, instanceId: null, reason: "the run must end" }, person);
  if (plane.book.fleet.freeze !== null) commandFleet(plane, { type: "liftFreeze", reason: "the run must end" }, person);
  const active = activeOf(plane.book)?.state;
  if (active === undefined) ask("resume");
  else if (active.waiting.some(({ reason }) => reason === "approval") && ask("approve") === null) return;
  else if (active.status === "paused" && (answer % 2 === 0 || active.pausedFrom === "rolling-back")) ask("resume");
  else if (ask("rollBack") !== null) ask("cancel");
}

/** The book of an ended rollout gives its state again, and its stored counts the verdict it was judged by. */
function checkEnded({ state, events, intervals }: StoredRollout): void {
  const folded = events.reduce<Rollout | null>((before, event: RolloutEvent) => evolve(before, event), null);
  if (!isSame(folded, state))
    throw new BrokenInvariant("the events give the state", `The events of ${state.rolloutId} fold to another state than was kept.`);
  const decided = events.find((event) => event.type === "evidence.changed" && event.evidence.state === "bad");
  const settings = settingsOf(state);
  if (decided?.type !== "evidence.changed" || settings === null) return;
  const verdicts = toEvidence(intervals.reduce(addInterval, createAccumulator(settings)), { at: state.endedAt ?? 0, lastIntervalExpected: null });
  const again = verdicts[decided.evidence.metric];
  if (again?.state !== "bad" || again.lnE !== decided.evidence.lnE)
    throw new BrokenInvariant(
      "the counts give the verdict",
      `${state.rolloutId} was judged at ln E ${decided.evidence.lnE}, its counts give ${again?.lnE}.`,
    );
}

/** Deep equality of plain values and tables; what both hold of one object is not gone through. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Table && b instanceof Table) return isSame(a.keys(), b.keys()) && isSame(a.chunks, b.chunks);
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}
