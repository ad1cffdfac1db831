import { Failure } from "../failure.ts";
import { type CommandType, isTerminal, type Rollout } from "../rollout.ts";

/** In a protected environment whoever asks for what is hard to take back gives the fleet's name, so that nobody does it to another one. */

/** Resuming overrides a verdict when the evidence, or what the release takes, says stop: the engine asks for a reason as well. */
export function resumeOverrides(rollout: Rollout): boolean {
  if (rollout.pausedBy?.cause === "resources") return true;
  return Object.values(rollout.evidence).some(
    ({ state }) => state === "bad" || ((state === "blind" || state === "insufficient" || state === "over") && rollout.pausedBy?.cause === "evidence"),
  );
}

/** Whether a command asks for the name where the rollout's environment is protected. What waits in the queue has touched nothing. */
export function needsName(rollout: Rollout, type: CommandType): boolean {
  if (rollout.status === "queued") return false;
  if (type === "cancel") return !isTerminal(rollout.status);
  return type === "rollBack" || (type === "resume" && resumeOverrides(rollout));
}

/** null when `confirm` is the fleet's name. */
export function refuseUnnamed(
  { name, environment }: { readonly name: string; readonly environment: string },
  confirm: string | undefined,
): Failure | null {
  if (confirm === name) return null;
  return new Failure("invalid", `${environment} is protected: confirm with the fleet's name, ${name}.`, [
    { field: "confirm", message: `Type ${name} to confirm.` },
  ]);
}
