import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "#domain/failure.ts";
import type { NginxSettings } from "#domain/settings/nginx.ts";
import { type BalancerCheck, takeSteps } from "#server/balancers/balancer.ts";
import { askRunning, runNginx } from "./program.ts";
import { accountOf } from "./workers.ts";
import { readUpstreamFile } from "./writer.ts";

/** Everything that a rollout needs of an NGINX. Nothing is written and nothing is reloaded. */
export const checkNginx: BalancerCheck<NginxSettings> = (settings, signal) => {
  const { upstreamFile, status } = settings;
  let isFree = false;
  return takeSteps([
    [
      "File",
      async () => {
        const { fleetId } = await readUpstreamFile(upstreamFile);
        isFree = fleetId === null;
        await access(dirname(upstreamFile), constants.W_OK).catch(() => {
          throw new Failure("unavailable", `The folder of ${upstreamFile} is not there, or this server's account may not write in it.`);
        });
        if (isFree) return { outcome: "ok", message: `${upstreamFile} is free and can be written.` };
        return {
          outcome: "doubt",
          message: `${upstreamFile} is a fleet's already. Another fleet needs a file, an upstream and a status of its own.`,
        };
      },
    ],
    [
      "Program",
      async () => {
        await runNginx(settings, ["-t"], signal);
        return { outcome: "ok", message: "NGINX can be called, and takes its configuration." };
      },
    ],
    [
      "Status",
      async () => {
        const running = await askRunning(settings, signal).catch((error: unknown) => {
          if (isFree) return null;
          throw error;
        });
        if (!running)
          return {
            outcome: "doubt",
            message: `NGINX will tell its configuration at ${status} once the file is Tideline's. Nothing is known of it before.`,
          };
        if ((await accountOf(running.pid)) !== null)
          return { outcome: "ok", message: "NGINX tells its configuration, and its requests in flight can be seen." };
        return {
          outcome: "doubt",
          message:
            "NGINX tells its configuration, but its requests in flight cannot be seen: each drain takes its whole time, and is called unverified.",
        };
      },
    ],
    [
      "Counts",
      async () => ({
        outcome: "doubt",
        message: "NGINX counts nothing for each instance: without a Prometheus no release is ever found worse.",
      }),
    ],
  ]);
};
