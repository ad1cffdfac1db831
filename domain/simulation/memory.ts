import type { Refusal } from "../engine/think.ts";
import { createEvidenceFeed, type EvidenceFeed } from "./evidence-feed.ts";
import type { Launch } from "./slot.ts";

/** What an engine knows beside its book and loses in a crash. */
export interface Memory {
  readonly feed: EvidenceFeed;
  /** Instance → what is being started there: one thing at a time. */
  readonly flying: Map<string, Launch>;
  /** Effects that were answered no or nothing, by name: not asked again before then. */
  readonly backoffs: Map<string, { readonly until: number; readonly ms: number }>;
  readonly refusals: Refusal[];
  /** It took over from an engine that was gone for so long, and has not noted that yet. */
  takenAfterMs: number | null;
}

export function createMemory(takenAfterMs: number | null = null): Memory {
  return { feed: createEvidenceFeed(), flying: new Map(), backoffs: new Map(), refusals: [], takenAfterMs };
}
