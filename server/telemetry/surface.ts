import type { IncomingMessage, ServerResponse } from "node:http";
import type { Instruments } from "./instruments.ts";

const methods = new Set(["GET", "HEAD", "POST"]);

/** The part of the server that a path belongs to: a closed list, whatever is asked for. */
export function surfaceOf(url: string | undefined): string {
  const path = url?.split("?")[0] ?? "";
  if (path === "/healthz" || path === "/readyz") return "health";
  if (path === "/metrics") return "metrics";
  if (path.startsWith("/api/trpc/")) return "trpc";
  if (path.startsWith("/api/auth/")) return "auth";
  if (path.startsWith("/api/")) return "api";
  return path.startsWith("/_next/") ? "asset" : "page";
}

/** Times a request until its answer is out, or its client has gone. */
export function timeRequest({ requestDuration }: Pick<Instruments, "requestDuration">, req: IncomingMessage, res: ServerResponse): void {
  const startedAt = performance.now();
  const method = methods.has(req.method ?? "") ? (req.method ?? "") : "other";
  res.once("close", () => {
    const code = res.writableFinished ? `${Math.floor(res.statusCode / 100)}xx` : "aborted";
    requestDuration.observe({ surface: surfaceOf(req.url), method, code }, (performance.now() - startedAt) / 1_000);
  });
}
