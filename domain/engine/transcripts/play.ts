import type { RolloutCommand } from "../../command.ts";
import { formatDuration, parseDuration } from "../../duration.ts";
import type { RolloutEvent, RolloutFact } from "../../event.ts";
import { Failure } from "../../failure.ts";
import { createInstances } from "../../fleet.ts";
import { invariant } from "../../invariant.ts";
import type { MetricEvidence } from "../../metric.ts";
import { Plan } from "../../plan.ts";
import { createExampleFleet, exampleRelease, newReleaseId, oldReleaseId } from "../../simulation/example-fleet.ts";
import { appendFacts, beginRun, nextTime, type Run, settleNow } from "../../simulation/simulate.ts";
import { type Behaviour, createWorld, noFaults, observe, passTime, type World } from "../../simulation/world.ts";
import { decide } from "../decide.ts";
import { describeEvent } from "../event-sentence.ts";
import { describeRollout } from "../sentence.ts";
import { decideStart } from "../start.ts";

const rolloutId = "00000000-0000-4000-8000-00000000000a";
const person = { type: "person", userId: "u1", name: "Ada" } as const;
const stepsMax = 10_000;

interface Stage {
  run: Run | null;
  world: World | null;
  shownEvents: number;
}

/** Plays a transcript: keeps comments and lines that ask, and writes what the engine answered under each `----`. */
export function playTranscript(text: string): string {
  const stage: Stage = { run: null, world: null, shownEvents: 0 };
  const blocks = text.trim().split(/\n(?=#|rollout |command |pass |run(?:\n| |$)|fault |evidence |no )/);
  return `${blocks
    .map((block) => playBlock(stage, block))
    .join("\n")
    .trimEnd()}\n`;
}

function playBlock(stage: Stage, block: string): string {
  const asked = (block.split("\n----")[0] ?? "").trim();
  if (asked === "" || asked.startsWith("#")) return asked;
  const answer = act(stage, asked);
  return `${asked}\n----\n${answer}\n`;
}

function act(stage: Stage, line: string): string {
  const [verb, ...words] = line.split(/\s+/);
  try {
    if (verb === "rollout") start(stage, words);
    else change(stage, verb ?? "", words);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `refused   ${error.code}: ${error.message}`;
  }
  return show(stage);
}

function start(stage: Stage, words: readonly string[]): void {
  const options = Object.fromEntries(words.map((word) => word.split("=", 2) as [string, string]));
  const { instances: count, zones, unhealthy, neverReady, crashAfter, acknowledged, drain, ...plan } = options;
  const instances = createInstances(Number(count ?? 3), (zones ?? "a").split(","));
  const behaviour: Behaviour = { neverReady: neverReady === "new", crashAfterMs: crashAfter ? (parseDuration(crashAfter) ?? 0) : undefined };
  const timing = { drainMs: parseDuration(drain ?? "1s") ?? 0, replaceMs: 1_000, readyMs: 1_000 };
  const dead = Object.fromEntries(
    (unhealthy ?? "")
      .split(",")
      .filter(Boolean)
      .map((id) => [id, { ready: false, readyForMs: null, probe: "connection refused" }]),
  );
  stage.world = {
    ...createWorld({ instances, releaseId: oldReleaseId, timing, behaviours: { [newReleaseId]: behaviour } }),
    faults: { ...noFaults, instances: dead },
  };
  const facts = decideStart({
    fleet: createExampleFleet(instances),
    release: exampleRelease,
    releaseNames: { [oldReleaseId]: "1.0", [newReleaseId]: "1.1" },
    plan: Plan.parse(Object.fromEntries(Object.entries(plan).map(([field, value]) => [field, parseValue(field, value)]))),
    planName: "transcript",
    observation: observe(stage.world),
    acknowledged: acknowledged === "yes",
    kind: "rollout",
    provenReleaseId: oldReleaseId,
    errorRate: null,
    canSurge: false,
  });
  if (facts instanceof Failure) throw facts;
  stage.run = settleNow(beginRun(stage.world, rolloutId, facts, person));
}

/** `batches=1,25%,2+` : a trailing plus asks for approval. */
function parseValue(field: string, value: string): unknown {
  if (field === "batches")
    return value.split(",").map((size) => (size.endsWith("+") ? { size: parseSize(size.slice(0, -1)), approval: true } : parseSize(size)));
  if (field === "metrics") return value === "off" ? false : {};
  return parseSize(value);
}

function parseSize(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function change(stage: Stage, verb: string, words: readonly string[]): void {
  const { run } = stage;
  invariant(run, "A transcript begins with `rollout`.");
  stage.run = changed(run, verb, words);
}

function changed(run: Run, verb: string, words: readonly string[]): Run {
  const [first = "", second = "", ...more] = words;
  switch (verb) {
    case "pass":
      return passFor(run, parseDuration(first) ?? 0);
    case "run":
      return passFor(run, parseDuration(first === "" ? "24h" : first) ?? 0);
    case "command":
      return obeyCommand(run, first, [second, ...more].join(" "));
    case "no":
      return settleNow(appendFacts(run, [effectFailed(run, first, [second, ...more].join(" "))]));
    case "evidence":
      return withFaults(run, { evidence: { errors: { ...evidence, state: first as MetricEvidence["state"], at: run.world.now } } });
    case "fault":
      return fault(run, first, second);
    default:
      throw new RangeError(`A transcript knows no ${verb}.`);
  }
}

function passFor(run: Run, forMs: number): Run {
  const until = run.world.now + forMs;
  let current = run;
  for (let step = 0; step < stepsMax; step += 1) {
    const next = nextTime(current);
    if (next === null || next >= until || current.state.endedAt !== null) break;
    current = settleNow({ ...current, world: passTime(current.world, next) });
  }
  if (current.state.endedAt !== null || forMs >= 24 * 3_600_000) return current;
  return settleNow({ ...current, world: passTime(current.world, until) });
}

function obeyCommand(run: Run, type: string, reason: string): Run {
  const command = { type, commandId: rolloutId, rolloutId, ...(reason === "" ? {} : { reason }) } as RolloutCommand;
  const facts = decide(run.state, command, person);
  if (facts instanceof Failure) throw facts;
  return settleNow(appendFacts(run, facts, person));
}

function effectFailed(run: Run, instanceId: string, message: string): RolloutFact {
  return { type: "effect.failed", instanceId, attempt: run.state.updates[instanceId]?.attempt ?? 0, effect: "instance.replace", message };
}

function fault(run: Run, what: string, how: string): Run {
  const { faults } = run.world;
  if (what === "driver" || what === "balancer") return withFaults(run, { [what]: how === "gone" ? "connection refused" : null });
  if (how === "well") {
    const { [what]: _gone, ...rest } = faults.instances;
    return withFaults(run, { instances: rest });
  }
  const seen = how === "failing" ? { passiveFailed: true } : { ready: false, readyForMs: null, probe: "connection refused" };
  return withFaults(run, { instances: { ...faults.instances, [what]: seen } });
}

function withFaults(run: Run, change: Partial<World["faults"]>): Run {
  return settleNow({ ...run, world: { ...run.world, faults: { ...run.world.faults, ...change } } });
}

function show(stage: Stage): string {
  const { run } = stage;
  invariant(run, "There is a rollout.");
  const fresh = run.events.slice(stage.shownEvents);
  stage.shownEvents = run.events.length;
  const told = fresh.filter((event) => event.type !== "waiting.changed").map((event) => showEvent(event, run));
  const { headline, detail } = describeRollout(run.state, run.world.now);
  return [
    ...told,
    `${run.state.status}: ${headline}`,
    `  ${Object.values(run.state.updates)
      .map((u) => `${u.instanceId}:${u.phase}`)
      .join(" ")}`,
    ...(detail === null ? [] : [`  ${detail}`]),
  ].join("\n");
}

function showEvent(event: RolloutEvent, run: Run): string {
  return `${formatDuration(event.at).padStart(12)}  ${describeEvent(event, run.state)}`;
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
  at: 0,
};
