import type { Actor, Permission } from "#domain/actor.ts";
import type { Services } from "./services.ts";

/** Who asks, and with what. Every verb takes it first. */
export interface Context {
  readonly actor: Actor;
  readonly userId: string | null;
  readonly permissions: ReadonlySet<Permission>;
  readonly requestId: string;
  readonly services: Services;
}
