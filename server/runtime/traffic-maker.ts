import { Agent, request } from "node:http";
import { z } from "zod";

/** The process that makes trial traffic. It has no state of its own and ends with the runtime that started it. */

const host = "127.0.0.1";
const stepMs = 10;
const connectionsMax = 256;
/** Beyond this a fleet is not answering, and more requests would only pile up here. */
const inFlightMax = 2_000;
const timeoutMs = 15_000;

export const TrafficOrder = z.object({ fleets: z.array(z.object({ port: z.number(), requestsPerSecond: z.number() })) });
export type TrafficOrder = z.infer<typeof TrafficOrder>;

/** Open loop: a slow fleet gets its requests all the same, as it would from people. */
export function makeTraffic(): void {
  let makers: { close(): void }[] = [];
  process.on("message", (message) => {
    const order = TrafficOrder.parse(message);
    for (const maker of makers) maker.close();
    makers = order.fleets.map(({ port, requestsPerSecond }) => startMaker(port, requestsPerSecond));
  });
  process.on("disconnect", () => process.exit(0));
  // The runtime decides when traffic ends; a Ctrl-C or a stop reaches it, not us.
  process.on("SIGTERM", () => undefined);
  process.on("SIGINT", () => undefined);
}

function startMaker(port: number, requestsPerSecond: number): { close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, scheduling: "fifo" });
  const startedAt = performance.now();
  let due = 0;
  let sent = 0;
  let inFlight = 0;
  const timer = setInterval(() => {
    due = ((performance.now() - startedAt) * requestsPerSecond) / 1_000;
    // After a pause of the machine what was missed is not made up for.
    if (due - sent > requestsPerSecond) sent = Math.floor(due);
    for (; sent < Math.floor(due); sent += 1) if (inFlight < inFlightMax) send();
  }, stepMs);

  function send(): void {
    inFlight += 1;
    const asking = request({ host, port, path: "/", agent, timeout: timeoutMs, headers: { "user-agent": "tideline-traffic" } }, (response) => {
      response.on("error", () => undefined);
      response.resume();
    });
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => undefined);
    asking.on("close", () => {
      inFlight -= 1;
    });
    asking.end();
  }

  return {
    close: () => {
      clearInterval(timer);
      // Requests in flight end by themselves; idle connections must not stay.
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    },
  };
}
