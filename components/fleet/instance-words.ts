import type { Tone } from "#components/ui/badge.tsx";
import type { InstanceObservation } from "#domain/engine/observation.ts";

/** It left the fleet by a scale-in. */
export const leavingState: { text: string; tone: Tone } = { text: "leaving", tone: "progress" };

/** State of an instance in one or two words. */
export function instanceState(seen: InstanceObservation | undefined): { text: string; tone: Tone } {
  const unit = seen?.unit;
  if (!seen) return { text: "not seen yet", tone: "neutral" };
  if (seen.next) return { text: seen.next.rotation === "in" ? "old unit leaving" : "second unit starting", tone: "progress" };
  if (!unit) return { text: "not running", tone: "bad" };
  switch (unit.state) {
    case "starting":
      return { text: "starting", tone: "progress" };
    case "stopping":
      return { text: "stopping", tone: "progress" };
    case "exited":
      return { text: "exited", tone: "bad" };
    case "running":
      return seen.ready ? { text: "ready", tone: "ok" } : { text: "not ready", tone: "warn" };
  }
}
