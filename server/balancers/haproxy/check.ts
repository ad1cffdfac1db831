import { Failure } from "#domain/failure.ts";
import type { HaproxySettings } from "#domain/settings/haproxy.ts";
import { type BalancerCheck, takeSteps } from "#server/balancers/balancer.ts";
import { modeOf, requireVersion } from "./answers.ts";
import { isOurs, setState, showBackend } from "./commands.ts";
import { readServers, type Say } from "./socket.ts";

/** A server of this name is never there: to change it is refused, and how tells whether one may change anything. */
const nobody = "tl-nobody";

/** Everything that a rollout needs of a HAProxy. */
export function createHaproxyCheck(say: Say): BalancerCheck<HaproxySettings> {
  return (settings, signal) => {
    const { backend, socket } = settings;
    return takeSteps([
      [
        "Connection",
        async () => {
          const version = requireVersion(await say(settings, ["show info"], signal));
          if (socket.startsWith("unix:")) return { outcome: "ok", message: `HAProxy ${version} answers.` };
          return { outcome: "doubt", message: `HAProxy ${version} answers, and would answer anybody: let nobody else reach ${socket}.` };
        },
      ],
      [
        "Backend",
        async () => {
          const servers = await readServers(say, settings, signal);
          const others = [...servers.keys()].filter((name) => !isOurs(name));
          if (modeOf(await say(settings, [showBackend(backend)], signal)) !== "http")
            throw new Failure("invalid", `The backend ${backend} is not in mode http, so HAProxy sees no requests in it. Use "mode http".`);
          if (others.length === 0) return { outcome: "ok", message: `The backend ${backend} is there, and has no servers of others.` };
          const names = others.slice(0, 3).join(", ");
          return {
            outcome: "doubt",
            message: `Requests go to ${names} in the backend ${backend} as well, which Tideline leaves alone. Use one of its own.`,
          };
        },
      ],
      [
        "Permission",
        async () => {
          const answer = await say(settings, [setState(backend, nobody, "ready")], signal);
          if (/no such server/i.test(answer)) return { outcome: "ok", message: "Servers may be taken in and out." };
          return { outcome: "failed", message: 'The runtime API may only be read. Give its socket "level admin".' };
        },
      ],
      [
        "Counts",
        async () => ({
          outcome: "doubt",
          message: "HAProxy counts failed requests, and no latency: plans that compare latency need a Prometheus.",
        }),
      ],
    ]);
  };
}
