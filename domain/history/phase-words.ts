import type { PhaseName } from "./record.ts";

/** What a rollout is said to be doing in each phase. */
export const phaseWords: Readonly<Record<PhaseName, string>> = {
  preparing: "Preparing",
  updating: "Updating instances",
  soaking: "Soaking",
  gate: "Waiting at a gate",
  paused: "Paused",
  finalizing: "Finalizing",
  watching: "Watching",
  "rolling-back": "Rolling back",
  stopping: "Stopping",
};
