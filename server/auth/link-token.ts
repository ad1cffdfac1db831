import { createHash, randomBytes } from "node:crypto";

const tokenBytes = 32;

/** The secret part of a link that is shown once. Only its hash is kept. */
export function createLinkToken(): string {
  return randomBytes(tokenBytes).toString("base64url");
}

/** sha256, hexadecimal. */
export function hashLinkToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
