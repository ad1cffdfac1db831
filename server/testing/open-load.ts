import { request } from "node:http";

const stepMs = 10;

export interface OpenLoad {
  answered(): number;
  /** Stops sending and waits for what is on its way. By status; "error" for a connection that broke. */
  end(): Promise<{ readonly statuses: Readonly<Record<string, number>> }>;
}

/** So many GETs per second, each on a connection of its own, whether those before it were answered or not. */
export function startOpenLoad(url: string, requestsPerSecond: number): OpenLoad {
  const statuses: Record<string, number> = {};
  const flying = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;

  function send(): void {
    const flight = new Promise<void>((resolve) => {
      const end = (what: string) => {
        statuses[what] = (statuses[what] ?? 0) + 1;
        resolve();
      };
      const asking = request(url, { agent: false }, (response) => {
        response.on("error", () => end("error"));
        response.resume().on("end", () => end(String(response.statusCode)));
      });
      asking.on("error", () => end("error"));
      asking.end();
    });
    flying.add(flight);
    void flight.then(() => flying.delete(flight));
  }

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * requestsPerSecond) / 1_000);
    for (; sent < due; sent += 1) send();
  }, stepMs);

  return {
    answered: () => Object.values(statuses).reduce((sum, count) => sum + count, 0),
    end: async () => {
      clearInterval(timer);
      await Promise.all(flying);
      return { statuses };
    },
  };
}
