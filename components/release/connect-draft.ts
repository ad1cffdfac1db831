import type { MadeContainer } from "#domain/made-container.ts";
import { type AnyDraft, emptyOf } from "./any-draft.ts";
import { type BalancerDraft, emptyBalancer } from "./balancer-draft.ts";
import { type EngineDraft, emptyEngine } from "./engine-draft.ts";
import { emptyFleet, type FleetDraft } from "./fleet-fields.tsx";

/** Containers that run already and will be the new fleet's instances, in this order. */
export interface Adoption {
  readonly containers: readonly MadeContainer[];
  /** Where they differ, what was chosen: by the name of the difference, the words of the choice. */
  readonly chosen: Readonly<Record<string, string>>;
}

/** A fleet and its first release as they are being typed. */
export interface ConnectDraft {
  readonly fleet: FleetDraft;
  readonly engine: EngineDraft;
  readonly balancer: BalancerDraft;
  readonly release: AnyDraft;
  /** Null: its instances are made anew. Counts only while they are containers. */
  readonly adoption: Adoption | null;
}

export const emptyConnect: ConnectDraft = {
  fleet: emptyFleet,
  engine: emptyEngine,
  balancer: emptyBalancer,
  release: emptyOf("process"),
  adoption: null,
};

export function adoptionOf({ release, adoption }: ConnectDraft): Adoption | null {
  return release.kind === "container" ? adoption : null;
}
