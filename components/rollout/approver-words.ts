import type { Approver } from "#domain/protection.ts";
import type { Rollout } from "#domain/rollout.ts";

const namesMax = 4;

/** "Grace or Linus may approve it." */
export function describeApprovers(approvers: readonly Approver[], { startedBy, environment }: Pick<Rollout, "startedBy" | "environment">): string {
  const others = approvers.filter(({ userId }) => startedBy.type !== "person" || userId !== startedBy.userId).map(({ name }) => name);
  if (others.length === 0) return `Nobody else may approve in ${environment}: an admin can make somebody an approver there.`;
  if (others.length > namesMax) return `${others.slice(0, namesMax).join(", ")} or another of ${others.length} people may approve it.`;
  const last = others.at(-1);
  const before = others.slice(0, -1).join(", ");
  return `${before === "" ? last : `${before} or ${last}`} may approve it.`;
}
