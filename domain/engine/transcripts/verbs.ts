import type { Actor } from "../../actor.ts";
import { engineActor } from "../../actor.ts";
import { parseDuration } from "../../duration.ts";
import type { ResourcePart } from "../../evidence/resources.ts";
import type { Failure } from "../../failure.ts";
import { createInstances } from "../../fleet.ts";
import { type HookName, hookNames } from "../../hook-names.ts";
import { invariant } from "../../invariant.ts";
import type { MetricEvidence } from "../../metric.ts";
import { Plan } from "../../plan.ts";
import type { CommandType } from "../../rollout.ts";
import { activeOf } from "../../simulation/book.ts";
import { crash } from "../../simulation/crash.ts";
import { createExampleFleet, createExampleReleases } from "../../simulation/example-fleet.ts";
import { observationOf, settle } from "../../simulation/look.ts";
import { bringBack, dropLaunches, loseInstance, setFault } from "../../simulation/pass-time.ts";
import { command, commandFleet, type FleetRequest, start } from "../../simulation/people.ts";
import { type ControlPlane, createControlPlane } from "../../simulation/plane.ts";
import { append } from "../../simulation/record.ts";
import { breakPart, isAtRest, runUntil } from "../../simulation/run.ts";
import { createWorld, type HookResult } from "../../simulation/world.ts";

/** What a transcript's lines act on. */
export interface Stage {
  plane: ControlPlane | null;
  /** Engine time of the transcript's beginning. */
  startAt: number;
  /** As the last `rollout` gave it; `start` changes single fields. */
  plan: Readonly<Record<string, unknown>>;
}

const person: Actor = { type: "person", userId: "u1", name: "Ada" };
const secondPerson: Actor = { type: "person", userId: "u2", name: "Grace" };
const oldRelease = "1.0";
const newRelease = "1.1";
/** `run` goes on until everything rests, a day at most. */
const runMs = 24 * 3_600_000;

/** Does what a line says: the Failure when it was refused. */
export function act(stage: Stage, line: string): Failure | null {
  const [verb = "", ...words] = line.split(/\s+/);
  if (verb === "at" && stage.plane === null) {
    stage.startAt = Date.parse(words[0] ?? "");
    return null;
  }
  if (verb === "rollout") return beginStage(stage, words);
  const { plane } = stage;
  invariant(plane, "A transcript begins with `rollout`.");
  const refusal = verb === "start" ? startAnother(stage, plane, words) : obey(stage, plane, verb, words);
  settle(plane);
  return refusal;
}

/** A new fleet, and the first rollout on it. */
function beginStage(stage: Stage, words: readonly string[]): Failure | null {
  const { instances: count, zones, unhealthy, neverReady, crashAfter, acknowledged, drain, surge, approval, ...plan } = optionsOf(words);
  const instances = createInstances(Number(count ?? 3), (zones ?? "a").split(","));
  const timing = { updateMs: 1_000, readyMs: 1_000 };
  const crashAfterMs = crashAfter === undefined ? undefined : msOf(crashAfter);
  const unready = (neverReady === "new" ? newRelease : (neverReady ?? "")).split(",").filter(Boolean);
  const bad = Object.fromEntries(unready.map((release) => [release, { ...timing, neverReady: "all" as const, crashAfterMs }]));
  const world = createWorld({
    seed: 1,
    startAt: stage.startAt,
    instances,
    releaseId: oldRelease,
    unhealthy: [],
    drainMs: msOf(drain ?? "1s"),
    canSurge: surge === "yes",
    behaviours: { byRelease: { [newRelease]: { ...timing, neverReady: [], crashAfterMs }, ...bad }, otherwise: timing },
    traffic: null,
  });
  for (const instanceId of (unhealthy ?? "").split(",").filter(Boolean)) setFault(world, instanceId, "unready");
  const releases = createExampleReleases([oldRelease, newRelease, "1.2", "1.3"]);
  stage.plane = createControlPlane({ world, fleet: createExampleFleet(instances, oldRelease), releases });
  stage.plan = planOf(plan);
  stage.plane.needsApproval = approval === "yes";
  const refusal = startRelease(stage.plane, newRelease, stage.plan, acknowledged === "yes", null);
  settle(stage.plane);
  return refusal;
}

/** `start 1.2 supersede=replace because …` */
function startAnother(stage: Stage, plane: ControlPlane, [release = "", ...words]: readonly string[]): Failure | null {
  const isOption = (word: string) => /^[a-zA-Z.]+=/.test(word);
  const { acknowledged, ...plan } = optionsOf(words.filter(isOption));
  const reason = words.filter((word) => !isOption(word)).join(" ");
  return startRelease(plane, release, { ...stage.plan, ...planOf(plan) }, acknowledged === "yes", reason === "" ? null : reason);
}

function startRelease(plane: ControlPlane, releaseId: string, plan: unknown, acknowledged: boolean, reason: string | null): Failure | null {
  return start(plane, { releaseId, plan: Plan.parse(plan), planName: "transcript", acknowledged, reason }, person);
}

function optionsOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => word.split("=", 2) as [string, string]));
}

function planOf(options: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([field, value]) => [field, parseValue(field, value)]));
}

/** `batches=1,25%,2+` (a plus asks for approval), `windows=09:00-17:00@Europe/Berlin`, `hooks=prepare,finalize`, `rollback=1`. */
function parseValue(field: string, value: string): unknown {
  switch (field) {
    case "batches":
      return value.split(",").map((size) => (size.endsWith("+") ? { size: parseSize(size.slice(0, -1)), approval: true } : parseSize(size)));
    case "metrics":
      return value === "off" ? false : value === "hold" ? { onInsufficient: "hold" } : value === "resources" ? { resources: {} } : {};
    case "windows":
      return value.split(",").map((window) => {
        const [, from, to, zone] = /^([\d:]+)-([\d:]+)(?:@(.+))?$/.exec(window) ?? [];
        return { from, to, ...(zone === undefined ? {} : { zone }) };
      });
    case "hooks":
      return Object.fromEntries(value.split(",").map((hook) => [hook, { command: ["check", hook] }]));
    case "rollback":
      return { maxUnavailable: parseSize(value) };
    default:
      return parseSize(value);
  }
}

function parseSize(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function obey(stage: Stage, plane: ControlPlane, verb: string, words: readonly string[]): Failure | null {
  const [first = "", second = "", ...more] = words;
  const rest = [second, ...more].join(" ");
  switch (verb) {
    case "pass":
      runUntil(plane, plane.world.now + msOf(first));
      return null;
    case "run":
      if (first !== "") runUntil(plane, plane.world.now + msOf(first), () => isAtRest(plane));
      else runUntil(plane, plane.world.now + runMs, () => isAtRest(plane));
      return null;
    case "at":
      runUntil(plane, Date.parse(first));
      return null;
    case "command":
      return obeyCommand(plane, first as CommandType, second, more, person);
    case "second":
      return obeyCommand(plane, first as CommandType, second, more, secondPerson);
    case "fleet":
      return commandFleet(plane, fleetRequest(plane, first, second, more.join(" ") || "because"), person);
    case "no":
      refuse(plane, first, rest);
      return null;
    case "evidence":
      plane.told = { errors: { ...evidence, state: first as MetricEvidence["state"], at: plane.world.now } };
      return null;
    case "resources":
      plane.toldResources = [resourcesOf(optionsOf(words))];
      return null;
    case "fault":
      breakSomething(plane, first, second);
      return null;
    case "hook":
      invariant((hookNames as readonly string[]).includes(first), `There is a hook ${first}.`);
      plane.world.hookResults.set(first as HookName, hookResult(second));
      return null;
    case "crash":
      crash(plane, first === "" ? 0 : msOf(first));
      return null;
    default:
      throw new RangeError(`A transcript knows no ${verb} (${stage.startAt}).`);
  }
}

/** `command retryInstance i1`, `command rollBack customers see the wrong price`; `second approve` by a second person. */
function obeyCommand(plane: ControlPlane, type: CommandType, second: string, more: readonly string[], by: Actor): Failure | null {
  const isAboutOne = type === "retryInstance" || type === "skipInstance";
  const reason = (isAboutOne ? more : [second, ...more]).join(" ");
  return command(plane, { type, instanceId: isAboutOne ? second : null, reason: reason === "" ? null : reason }, by);
}

/** `fleet scale 14`, `fleet setFreeze 10m the fair`, `fleet liftFreeze`. */
function fleetRequest(plane: ControlPlane, type: string, value: string, reason: string): FleetRequest {
  switch (type) {
    case "scale":
      return { type, desired: Number(value) };
    case "setFreeze":
      return { type, until: value === "" ? null : plane.world.now + msOf(value), reason };
    case "liftFreeze":
    case "liftHold":
      return { type, reason: value === "" ? reason : value };
    default:
      throw new RangeError(`A transcript knows no fleet ${type}.`);
  }
}

/** The driver's no to what it was asked: what it had begun does not come. */
function refuse(plane: ControlPlane, instanceId: string, message: string): void {
  const slot = plane.world.slots.get(instanceId);
  if (slot) dropLaunches(plane.world, slot);
  const active = activeOf(plane.book);
  invariant(active, "A rollout is active.");
  const attempt = active.state.updates.get(instanceId)?.attempt ?? 0;
  const fact = { type: "effect.failed", instanceId, attempt, effect: "instance.replace", message } as const;
  append(plane, active, [fact], engineActor, observationOf(plane));
}

/** `resources cpu=0.10/0.12 memory=84/210 restarts=0/2`, the old release before the new one; memory in megabytes. */
function resourcesOf({ cpu = "0.1/0.1", memory = "84/84", restarts = "0/0" }: Readonly<Record<string, string>>): ResourcePart {
  const side = (index: 0 | 1) => {
    const of = (pair: string) => Number(pair.split("/")[index]);
    return { unitSeconds: 1, cpuSeconds: of(cpu), memoryByteSeconds: of(memory) * 1e6, restarts: of(restarts) };
  };
  return { old: side(0), new: side(1) };
}

/** `fault driver gone`, `fault balancer ignores`, `fault i1 gone`, `fault i1 failing`, `fault i1 lost`, and `… well`. */
function breakSomething(plane: ControlPlane, what: string, how: string): void {
  if (what === "balancer" && (how === "ignores" || plane.world.faults.balancer === "ignores")) {
    plane.world.faults.balancer = how === "ignores" ? "ignores" : "well";
    return;
  }
  if (what === "driver" || what === "balancer" || what === "metrics") {
    if (how === "well") bringBack(plane.world, what);
    else breakPart(plane, what, undefined, "connection refused");
    return;
  }
  const slot = plane.world.slots.get(what);
  invariant(slot, `There is an instance ${what}.`);
  if (how === "lost") loseInstance(plane.world, slot);
  else setFault(plane.world, what, how === "well" ? null : how === "failing" ? "failing" : "unready");
}

function hookResult(how: string): HookResult {
  return { ends: how === "fails" ? "failed" : how === "hangs" ? "never" : "succeeded", afterMs: 1_000 };
}

function msOf(text: string): number {
  const ms = parseDuration(text);
  invariant(ms !== null, `${text} is a duration.`);
  return ms;
}

const evidence: MetricEvidence = {
  metric: "errors",
  state: "good",
  lnE: 8,
  lnThreshold: 7.01,
  intervals: 30,
  old: { failed: 3, total: 9_000 },
  new: { failed: 22, total: 1_000 },
  comparison: "old-release",
  shownHarmless: false,
  thresholdMs: null,
  unit: "slots",
  at: 0,
};
