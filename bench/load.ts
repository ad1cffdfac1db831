import autocannon, { type Request, type Result } from "autocannon";

export const requestsPerSecond = 300;
/** Enough that connections held by slow answers never keep the rate from being met. */
const connections = 100;
const durationSecondsMax = 900;
const timeoutSeconds = 15;
/** One request in a hundred takes this long. */
const slowMs = 2_000;

export interface Load {
  /** Ends the load and answers with what it saw. */
  stop(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly answered: number;
  /** Everything that was not a 2xx: refused, reset, broken, timed out, other statuses. */
  readonly failed: number;
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
}

/** An open loop of keep-alive requests: 300 a second whatever the answers do; every hundredth is slow. */
export function startLoad(url: string): Load {
  let client = 0;
  const instance = autocannon({
    url,
    connections,
    overallRate: requestsPerSecond,
    duration: durationSecondsMax,
    timeout: timeoutSeconds,
    // A connection held by a slow answer is no fault of the others; the rate is met by the rest.
    ignoreCoordinatedOmission: true,
    // Each connection begins elsewhere in the list, or all would be slow at once.
    setupClient: (one) => one.setRequests(requestsFrom(client++)),
  });
  return {
    stop: async () => {
      instance.stop();
      return summarize(await instance);
    },
  };
}

function requestsFrom(offset: number): Request[] {
  return Array.from({ length: 100 }, (_, index) => ({ method: "GET", path: (index + offset) % 100 === 0 ? `/slow?ms=${slowMs}` : "/" }));
}

function summarize(result: Result): LoadResult {
  return {
    answered: result["2xx"],
    failed: result.errors + result.timeouts + result.non2xx + result.mismatches,
    latencyMsP50: result.latency.p50,
    latencyMsP99: result.latency.p99,
  };
}
