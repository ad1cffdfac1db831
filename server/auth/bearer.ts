import type { IncomingMessage } from "node:http";

/** What stands for a token in the request, whatever it is; null where nothing does, and a cookie may count. */
export function bearerOf({ headers }: Pick<IncomingMessage, "headers">): string | null {
  return /^Bearer(?: (.*))?$/is.exec(headers.authorization ?? "") ? (headers.authorization ?? "").slice("Bearer".length).trim() : null;
}
