import type { PhaseName } from "#domain/history/record.ts";

export const phaseWords: Readonly<Record<PhaseName, string>> = {
  preparing: "Preparing",
  updating: "Updating",
  soaking: "Soaking",
  gate: "At the gate",
  paused: "Paused",
  finalizing: "Finalizing",
  watching: "Watching",
  "rolling-back": "Rolling back",
  stopping: "Stopping",
};
