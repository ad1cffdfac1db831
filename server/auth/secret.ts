import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "#server/config.ts";

/** What session cookies are signed with: configured, for several servers on one database, or made once and kept. */
export function readAuthSecret(config: Pick<Config, "authSecret" | "dataDirectory">): string {
  if (config.authSecret) return config.authSecret;
  const path = join(config.dataDirectory, "secret");
  const kept = readKept(path);
  if (kept) return kept;
  const secret = randomBytes(32).toString("base64url");
  // Whole or not at all: half a secret would sign sessions until the next start.
  writeFileSync(`${path}.new`, secret, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secret;
}

function readKept(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
