import { cn } from "#components/ui/cn.ts";
import type { FleetBalancer } from "#domain/fleet.ts";
import { assertNever } from "#domain/invariant.ts";
import type { FleetDetail } from "#domain/live.ts";

/** The line below a fleet's name: how many serve, where its traffic arrives. */
export function FleetMeta({ detail }: { detail: FleetDetail }) {
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className={cn("numbers", detail.unreachable === null && detail.ready < detail.desired && "font-medium text-warn")}>
        {detail.ready} of {detail.desired} ready{detail.unreachable === null ? "" : " when last seen"}
      </span>
      <span>Service {detail.service}</span>
      {detail.address ? (
        <a
          href={detail.address}
          target="_blank"
          rel="noreferrer"
          className="touch-target inline-flex min-h-6 items-center font-mono text-accent text-xs underline"
        >
          {detail.address}
          <span className="sr-only"> (opens in a new tab)</span>
        </a>
      ) : (
        <span className="text-ink-faint">{describeBalancer(detail.fleet.balancer)}</span>
      )}
    </p>
  );
}

/** Where the traffic arrives at a balancer outside, only its administrator knows. */
function describeBalancer(balancer: FleetBalancer): string {
  switch (balancer.type) {
    case "embedded":
      return "No address yet";
    case "haproxy":
      return `Behind HAProxy, backend ${balancer.backend}`;
    case "nginx":
      return `Behind NGINX, upstream ${balancer.upstream}`;
    default:
      return assertNever(balancer);
  }
}
