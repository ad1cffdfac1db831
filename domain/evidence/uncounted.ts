import type { Fleet } from "../fleet.ts";
import { assertNever } from "../invariant.ts";

/** What a plan may compare and nobody counts for a fleet. */
export type Uncounted = "errors" | "latency";

/** What neither the fleet's load balancer nor its Prometheus counts: it is never called good, for it is never judged. */
export function uncountedIn({ balancer, metrics }: Pick<Fleet, "balancer" | "metrics">): readonly Uncounted[] {
  const countsErrors = metrics.source === "prometheus" && metrics.errors !== null;
  switch (balancer.type) {
    case "embedded":
      return [];
    case "haproxy":
      return ["latency"];
    case "nginx":
      return countsErrors ? ["latency"] : ["errors", "latency"];
    default:
      return assertNever(balancer);
  }
}
