import { createHmac } from "node:crypto";
import type { Sensitive } from "#server/io/sensitive.ts";

/**
 * The header `tideline-signature`: `t=SECONDS,v1=HEX`, HEX being the HMAC-SHA256 of `SECONDS.BODY`. A receiver computes it
 * over the bytes it got, compares in constant time, and refuses one whose time is long past (docs/notifications.md).
 */
export function signBody(body: string, key: Sensitive<string>, seconds: number): string {
  return `t=${seconds},v1=${createHmac("sha256", key.reveal()).update(`${seconds}.${body}`).digest("hex")}`;
}
