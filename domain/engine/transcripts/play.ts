import { formatDuration } from "../../duration.ts";
import { Failure } from "../../failure.ts";
import type { StoredRollout } from "../../simulation/book.ts";
import type { ControlPlane } from "../../simulation/plane.ts";
import { describeEvent } from "../event-sentence.ts";
import { describeRollout } from "../sentence.ts";
import { act, type Stage } from "./verbs.ts";

const verbs = ["rollout", "start", "command", "second", "fleet", "pass", "run", "at", "fault", "evidence", "resources", "hook", "no", "crash"];

/** Plays a transcript: keeps comments and lines that ask, and writes what the engine answered under each `----`. */
export function playTranscript(text: string): string {
  const stage: Stage = { plane: null, startAt: 0, plan: {} };
  const shown = new Map<StoredRollout, number>();
  const blocks = text.trim().split(new RegExp(`\\n(?=#|(?:${verbs.join("|")})(?:\\n| |$))`));
  return `${blocks
    .map((block) => playBlock(stage, shown, block))
    .join("\n")
    .trimEnd()}\n`;
}

function playBlock(stage: Stage, shown: Map<StoredRollout, number>, block: string): string {
  const asked = (block.split("\n----")[0] ?? "").trim();
  if (asked === "" || asked.startsWith("#") || (asked.startsWith("at ") && stage.plane === null)) {
    if (asked.startsWith("at ")) act(stage, asked);
    return asked;
  }
  const refusal = act(stage, asked);
  const answer = refusal instanceof Failure ? `refused   ${refusal.code}: ${refusal.message}` : show(stage, shown);
  return `${asked}\n----\n${answer}\n`;
}

/** What happened since the last answer, and how every rollout that is not over stands; of those that are, the last one. */
function show({ plane, startAt }: Stage, shown: Map<StoredRollout, number>): string {
  if (plane === null) return "";
  const { rollouts } = plane.book;
  const fresh = rollouts.flatMap((stored) => stored.events.slice(shown.get(stored) ?? 0).map((event) => ({ stored, event })));
  for (const stored of rollouts) shown.set(stored, stored.events.length);
  const told = fresh
    .filter(({ event }) => event.type !== "waiting.changed")
    .sort((a, b) => a.event.at - b.event.at)
    .map(({ stored, event }) => `${formatDuration(event.at - startAt).padStart(12)}  ${describeEvent(event, stored.state)}`);
  const standing = rollouts.filter(({ state }, index) => state.endedAt === null || index === rollouts.length - 1);
  return [...told, ...standing.flatMap((stored) => stand(plane, stored))].join("\n");
}

function stand({ world, book }: ControlPlane, { rolloutId, state }: StoredRollout): string[] {
  const { headline, detail } = describeRollout(state, world.now);
  const name = book.rollouts.length > 1 ? `${rolloutId} ` : "";
  const phases = state.updates.values().map(({ instanceId, phase }) => `${instanceId}:${phase}`);
  return [
    `${name}${state.status}: ${headline}`,
    ...(phases.length === 0 ? [] : [`  ${phases.join(" ")}`]),
    ...(detail === null ? [] : [`  ${detail}`]),
  ];
}
