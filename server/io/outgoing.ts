import { Agent } from "undici";
import { Failure } from "#domain/failure.ts";
import type { Address } from "./url-policy.ts";

/** The system's words for a connection that did not come about or broke. */
const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "broke the connection",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  UND_ERR_SOCKET: "broke the connection",
  UND_ERR_CONNECT_TIMEOUT: "did not take the connection",
};

/** Connections to the address that was judged, whatever the name means by now. Whoever makes it destroys it. */
export function connectTo({ address, family }: Address, connectionsMax?: number): Agent {
  return new Agent({
    ...(connectionsMax === undefined ? {} : { connections: connectionsMax }),
    connect: {
      lookup: (_host, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family)),
    },
  });
}

/** Rejects when the signal is aborted, whether the work listens to it or not. */
export async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    const end = () => reject(new Failure("unavailable", "Too late."));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  return Promise.race([work, aborted]);
}

/** Null when there is more than may be read; the rest is not waited for. */
export async function readBounded(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > bytesMax) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Why a host could not be called, in a sentence. No word of the URL but its host is repeated. */
export function describeCallError(host: string, error: unknown): string {
  if (error instanceof Failure) return error.message;
  for (let each = error; each instanceof Error; each = each.cause) {
    const words = "code" in each ? connectionWords[String(each.code)] : undefined;
    if (words) return `${host} ${words}.`;
  }
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return `${host} could not be called${code}. Check the address, and its certificate where it is https.`;
}
