import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { signInHeader } from "#domain/sign-in-ways.ts";
import type { Config } from "./config.ts";

const nonceBytes = 16;
/** Written for us alone, or with a meaning to Next that only a proxy of ours could give them. */
const untrustedHeaders = [
  "content-security-policy",
  "content-security-policy-report-only",
  "x-nonce",
  signInHeader,
  "x-middleware-subrequest",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "forwarded",
];

/** Forgets what a client may not say about itself. `x-forwarded-for` must have been read by then. */
export function dropUntrustedHeaders(req: IncomingMessage): void {
  for (const name of [...untrustedHeaders, "x-forwarded-for"]) delete req.headers[name];
}

/** Headers of every answer. Next finds the nonce for its inline scripts in the request's policy. */
export function setSecurityHeaders(req: IncomingMessage, res: ServerResponse, config: Pick<Config, "publicUrl" | "development">): void {
  const nonce = randomBytes(nonceBytes).toString("base64");
  const policy = contentPolicy(nonce, config.development);
  req.headers["content-security-policy"] = policy;
  req.headers["x-nonce"] = nonce;
  res.setHeader("content-security-policy", policy);
  res.setHeader("x-content-type-options", "nosniff");
  res.setHeader("referrer-policy", "same-origin");
  res.setHeader("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  res.setHeader("cross-origin-opener-policy", "same-origin");
  res.setHeader("cross-origin-resource-policy", "same-origin");
  res.setHeader("x-frame-options", "DENY");
  if (config.publicUrl?.startsWith("https://")) res.setHeader("strict-transport-security", "max-age=31536000");
}

function contentPolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'none'",
    // React evaluates code for its error overlay, in development only.
    `script-src 'self' 'nonce-${nonce}'${development ? " 'unsafe-eval'" : ""}`,
    // The styles of that overlay know no nonce.
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    // Positions and sizes of charts and bars are style attributes; they cannot load or run anything.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Firefox and Safari before 2023 do not count WebSockets of our own origin as 'self'; Host and Origin are checked anyway.
    "connect-src 'self' ws: wss:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
