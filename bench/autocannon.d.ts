/** The part of autocannon 9 that the benchmarks use; the package ships no types. */
declare module "autocannon" {
  export interface Request {
    readonly method?: string;
    readonly path: string;
  }
  export interface Client {
    setRequests(requests: readonly Request[]): void;
  }
  export interface Options {
    readonly url: string;
    readonly connections: number;
    readonly overallRate: number;
    /** Seconds; `stop` may end it before. */
    readonly duration: number;
    /** Seconds. */
    readonly timeout: number;
    readonly ignoreCoordinatedOmission: boolean;
    readonly setupClient: (client: Client) => void;
  }
  export interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly mismatches: number;
    readonly non2xx: number;
    readonly resets: number;
    readonly "2xx": number;
    readonly requests: { readonly total: number; readonly sent: number };
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly duration: number;
  }
  export interface Instance extends PromiseLike<Result> {
    stop(): void;
  }
  export default function autocannon(options: Options): Instance;
}
