import { z } from "zod";

/** Rows of one page, newest first. */
export const activityPerPage = 50;
const pagesMax = 400;
const textMax = 100;
const instant = z.number({ error: "Write a time such as 2026-11-27T12:00:00Z." }).int().min(0);

/** What the activity is narrowed to; everything is optional, and all that is given must hold. Times: milliseconds since 1970. */
export const ActivityFilter = z.object({
  who: z.string().max(textMax).optional(),
  action: z.string().max(textMax).optional(),
  /** Somewhere in the target's kind, identifier or name. */
  target: z.string().max(textMax).optional(),
  outcome: z.enum(["done", "refused"], { error: 'Write "done" or "refused".' }).optional(),
  since: instant.optional(),
  until: instant.optional(),
});
export type ActivityFilter = z.infer<typeof ActivityFilter>;

export const SearchActivity = ActivityFilter.extend({
  page: z
    .number()
    .int()
    .min(1)
    .max(pagesMax, { error: `At most ${pagesMax} pages are shown; narrow the filter.` })
    .default(1),
});
export type SearchActivity = z.infer<typeof SearchActivity>;

/** One row of the audit. */
export interface Activity {
  readonly seq: number;
  readonly at: number;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly outcome: "done" | "refused";
  /** As it was recorded: `fleet:ID`. */
  readonly target: string;
  /** What the target is called; null where that is not known (any more). */
  readonly targetName: string | null;
  /** Holds no secret. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** sha256 of the row in the audit's chain. */
  readonly hash: string;
}

export interface ActivityPage {
  readonly rows: readonly Activity[];
  /** Of all pages. */
  readonly total: number;
}

export interface ActivityChoices {
  readonly people: readonly string[];
  readonly actions: readonly string[];
}

/** What the address of the activity says; a value that is no such thing is refused at its field. */
export function parseActivity(values: Readonly<Record<string, string | null | undefined>>) {
  const given = (name: string) => values[name] || undefined;
  const time = (name: string) => (given(name) === undefined ? undefined : Date.parse(given(name) ?? ""));
  return SearchActivity.safeParse({
    who: given("who"),
    action: given("action"),
    target: given("target"),
    outcome: given("outcome"),
    since: time("since"),
    until: time("until"),
    page: given("page") === undefined ? undefined : Number(given("page")),
  });
}

export const activityNames = ["who", "action", "target", "outcome", "since", "until"] as const;
