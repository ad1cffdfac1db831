import type { CountInFlight } from "./in-flight.ts";
import type { ServerLine, UpstreamFile } from "./upstream-file.ts";

interface Seen {
  readonly names: ReadonlySet<string>;
  readonly count: CountInFlight;
  /** Whether NGINX's workers have known for a while that it drains: before, what is not in flight yet may still come. */
  readonly mayEnd: (server: ServerLine) => boolean;
  readonly now: number;
}

/** What has become due: drains end, and servers of no unit go. The same object where nothing has. */
export function settle(file: UpstreamFile, { names, count, mayEnd, now }: Seen): UpstreamFile {
  const servers = file.servers
    .filter(({ name }) => names.has(name))
    .map((server): ServerLine => {
      if (server.state !== "draining" || !mayEnd(server)) return server;
      const inFlight = count(server.address);
      if (inFlight === 0) return { ...server, state: "out", until: null };
      return now < (server.until ?? 0) ? server : { ...server, state: "out", until: null, cut: inFlight ?? 0 };
    });
  const isSame = servers.length === file.servers.length && servers.every((server, index) => server === file.servers[index]);
  return isSame ? file : { ...file, servers };
}
