import type { IncomingMessage } from "node:http";
import { type SignInWays, signInHeader } from "#domain/sign-in-ways.ts";
import type { Config } from "./config.ts";

/** Tells a page how people sign in here, as the nonce is told: pages know nothing of the configuration. */
export function setSignInHeader(req: IncomingMessage, { sso, passwords }: Pick<Config, "sso" | "passwords">): void {
  const ways: SignInWays = { provider: sso?.name ?? null, passwords };
  req.headers[signInHeader] = encodeURIComponent(JSON.stringify(ways));
}
