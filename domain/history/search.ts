import { z } from "zod";
import type { RolloutSummary } from "../live.ts";
import { Id } from "../names.ts";
import { type RolloutStatus, terminalStatuses } from "../rollout.ts";

export const rolloutsPerPage = 50;
/** Beyond it a filter finds faster than leafing. */
const pagesMax = 200;
const textMax = 100;

/** What a rollout came to, as one searches for it. `trouble`: it failed, it turned back, or it was taken back later. */
export const results = ["open", "trouble", ...terminalStatuses] as const;
export type Result = (typeof results)[number];

/** Statuses that are failures of the change itself. */
export const troubleStatuses = ["rolled-back", "rollback-failed", "failed"] as const satisfies readonly RolloutStatus[];

/** Which rollouts to list; everything is optional, and all that is given must hold. Times are engine time. */
export const SearchRollouts = z.object({
  fleetId: Id.optional(),
  environment: z.string().max(textMax).optional(),
  result: z.enum(results).optional(),
  who: z.string().max(textMax).optional(),
  release: z.string().max(textMax).optional(),
  /** Somewhere in the fleet's, release's or plan's name, in who started it or in what it came to. */
  text: z.string().max(textMax).optional(),
  /** Started since. */
  since: z.number().int().min(0).optional(),
  page: z
    .number()
    .int()
    .min(1)
    .max(pagesMax, { error: `At most ${pagesMax} pages are shown; narrow the filter.` })
    .default(1),
});
export type SearchRollouts = z.infer<typeof SearchRollouts>;

/** One row of the history. */
export interface PastRollout extends RolloutSummary {
  /** Name of the release that it came from; null when nothing ran, or while it is queued. */
  readonly fromRelease: string | null;
  /** Null where it was not simulated at the start. */
  readonly predictedMs: number | null;
  readonly pauses: number;
  readonly trips: number;
  readonly overridden: number;
  /** The rollout that took it back after its end. */
  readonly takenBackBy: string | null;
}

export interface RolloutPage {
  readonly rows: readonly PastRollout[];
  /** Of all pages. */
  readonly total: number;
}

/** What there is to filter by, each in order and bounded. */
export interface RolloutChoices {
  readonly fleets: readonly { readonly fleetId: string; readonly name: string }[];
  readonly environments: readonly string[];
  readonly people: readonly string[];
  readonly releases: readonly string[];
}
