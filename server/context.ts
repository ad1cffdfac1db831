import type { Actor } from "#domain/actor.ts";
import type { Access } from "#domain/role.ts";
import type { Services } from "./services.ts";

/** Who asks, and with what. Every verb takes it first. */
export interface Context {
  readonly actor: Actor;
  readonly userId: string | null;
  readonly access: Access;
  /** Names of people who can give roles, for refusals. */
  readonly grantors: readonly string[];
  readonly requestId: string;
  readonly services: Services;
}
