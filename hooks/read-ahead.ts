import { preload } from "react-dom";
import superjson from "superjson";
import { apiUrl } from "./api-url.ts";

/**
 * Begins a read while the page's scripts are still on their way. The same read, asked for as `urgent`, then takes this
 * answer: its address has to be the same to the letter.
 */
export function readAhead(procedure: "session.current" | "rollouts.firstLook", input: unknown = undefined): void {
  preload(addressOf(procedure, input), { as: "fetch", crossOrigin: "anonymous" });
}

export function addressOf(procedure: string, input: unknown): string {
  return `${apiUrl}/${procedure}?input=${encodeURIComponent(JSON.stringify(superjson.serialize(input)))}`;
}
