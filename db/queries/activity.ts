import { and, asc, count, desc, eq, gte, ilike, lt, or, type SQL, sql } from "drizzle-orm";
import {
  type Activity,
  type ActivityChoices,
  type ActivityFilter,
  type ActivityPage,
  activityPerPage,
  type SearchActivity,
} from "#domain/activity.ts";
import type { Database } from "../client.ts";
import { audit } from "../schema/audit.ts";

const choicesMax = 200;
/** Rows of an export that are in memory at once. */
const rowsPerRead = 1_000;

/** The identifier in a target of that kind, as SQL; null in any other. */
const idOf = (kind: "fleet" | "rollout") =>
  `case when "audit"."target" ~ '^${kind}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part("audit"."target", ':', 2)::uuid end`;

/** The row of the audit that says what an account or a token was called, though it is gone. */
const nameAtFirst = (kind: "user" | "token", action: string, name: string) =>
  `case when "audit"."target" like '${kind}:%' then
    (select ${name} from audit made where made.target = "audit"."target" and made.action = '${action}' and made.outcome = 'done' limit 1) end`;

/** What a target is called now, or was called when it was there. */
const targetName = sql<string | null>`${sql.raw(`coalesce(
  case when "audit"."target" like 'user:%' then (select "user".name from "user" where "user".id = substr("audit"."target", 6)) end,
  ${nameAtFirst("user", "account.create", "made.actor_name")},
  ${nameAtFirst("token", "token.create", "made.detail ->> 'name'")},
  (select fleet.name from fleet where fleet.fleet_id = ${idOf("fleet")}),
  (select (rollout.summary ->> 'fleetName') || ' → ' || (rollout.summary ->> 'releaseName') from rollout where rollout.rollout_id = ${idOf("rollout")}))`)}`;

const fields = {
  seq: audit.seq,
  at: audit.at,
  actorId: audit.actorId,
  actorName: audit.actorName,
  action: audit.action,
  outcome: audit.outcome,
  target: audit.target,
  targetName,
  detail: audit.detail,
  hash: audit.hash,
};

/** Rows of the audit that fit, newest first, one page of them. */
export async function searchActivity(db: Database, search: SearchActivity): Promise<ActivityPage> {
  const fits = conditionOf(search);
  const [rows, [all]] = await Promise.all([
    db
      .select(fields)
      .from(audit)
      .where(fits)
      .orderBy(desc(audit.seq))
      .limit(activityPerPage)
      .offset((search.page - 1) * activityPerPage),
    db.select({ total: count() }).from(audit).where(fits),
  ]);
  return { rows: rows.map(toActivity), total: all?.total ?? 0 };
}

/** All rows that fit, oldest first, some at a time: a file of any length is written without holding it. */
export async function* eachActivity(db: Database, filter: ActivityFilter): AsyncGenerator<readonly Activity[]> {
  for (let after = 0; ; ) {
    const rows = await db
      .select(fields)
      .from(audit)
      .where(and(conditionOf(filter), sql`${audit.seq} > ${after}`))
      .orderBy(asc(audit.seq))
      .limit(rowsPerRead);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(toActivity);
    after = last.seq;
  }
}

/** Who and what there is to filter by. */
export async function readActivityChoices(db: Database): Promise<ActivityChoices> {
  const [people, actions] = await Promise.all([
    db.selectDistinct({ value: audit.actorName }).from(audit).orderBy(asc(audit.actorName)).limit(choicesMax),
    db.selectDistinct({ value: audit.action }).from(audit).orderBy(asc(audit.action)).limit(choicesMax),
  ]);
  return { people: people.map(({ value }) => value), actions: actions.map(({ value }) => value) };
}

function conditionOf({ who, action, target, outcome, since, until }: ActivityFilter): SQL | undefined {
  return and(
    who === undefined ? undefined : eq(audit.actorName, who),
    action === undefined ? undefined : eq(audit.action, action),
    target === undefined ? undefined : or(ilike(audit.target, pattern(target)), ilike(targetName, pattern(target))),
    outcome === undefined ? undefined : eq(audit.outcome, outcome),
    since === undefined ? undefined : gte(audit.at, new Date(since)),
    until === undefined ? undefined : lt(audit.at, new Date(until)),
  );
}

/** What a person types is text, not a pattern. */
function pattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

function toActivity({ at, ...row }: Omit<Activity, "at"> & { readonly at: Date }): Activity {
  return { ...row, at: at.getTime() };
}
