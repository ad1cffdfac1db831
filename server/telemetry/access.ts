import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import type { Config } from "#server/config.ts";

export type MetricsAccess = { readonly allowed: true } | { readonly allowed: false; readonly status: 401 | 403; readonly message: string };

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * Whether a request may read the metrics. With a token: whoever sends it. Without: only a server that is bound to loopback
 * and published under no other address answers, and not to what a proxy passes on.
 */
export function decideMetricsAccess(config: Pick<Config, "host" | "publicUrl" | "metricsToken">, headers: IncomingHttpHeaders): MetricsAccess {
  if (config.metricsToken !== null) {
    if (isBearer(headers.authorization, config.metricsToken)) return { allowed: true };
    return { allowed: false, status: 401, message: "Send the token of TIDELINE_METRICS_TOKEN as Authorization: Bearer." };
  }
  const isForwarded = headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined;
  if (isLoopback(config.host) && config.publicUrl === null && !isForwarded) return { allowed: true };
  return {
    allowed: false,
    status: 403,
    message: "Others can reach this server, so its metrics need a token: set TIDELINE_METRICS_TOKEN and send it as Authorization: Bearer.",
  };
}

function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  // Of equal length whatever was sent, so that the comparison takes its time whatever was sent.
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 6 ? "ipv6" : "ipv4");
}
