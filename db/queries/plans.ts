import { and, asc, desc, eq } from "drizzle-orm";
import { Failure } from "#domain/failure.ts";
import type { Plan } from "#domain/plan.ts";
import type { Database } from "../client.ts";
import { plan, planVersion } from "../schema/plans.ts";

export interface PlanRow {
  readonly planId: string;
  readonly name: string;
  readonly version: number;
  readonly plan: Plan;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface PlanVersion {
  readonly version: number;
  readonly plan: Plan;
  readonly savedAt: number;
  readonly savedBy: string;
}

export interface PlanDetail extends PlanRow {
  /** Newest first. */
  readonly versions: readonly PlanVersion[];
}

const plansMax = 200;
const versionsMax = 100;

/** Every plan in its newest version, by name. */
export async function listPlans(db: Database): Promise<PlanRow[]> {
  const rows = await newest(db).orderBy(asc(plan.name)).limit(plansMax);
  return rows.map(toPlanRow);
}

/** Throws Failure("not-found"). */
export async function getPlan(db: Database, planId: string): Promise<PlanDetail> {
  const [row] = await newest(db).where(eq(plan.planId, planId));
  if (!row) throw new Failure("not-found", "There is no plan with this identifier.");
  const versions = await db.select().from(planVersion).where(eq(planVersion.planId, planId)).orderBy(desc(planVersion.version)).limit(versionsMax);
  return {
    ...toPlanRow(row),
    versions: versions.map((each) => ({ version: each.version, plan: each.plan, savedAt: each.savedAt.getTime(), savedBy: each.savedBy })),
  };
}

/** The newest version of the plan with this name; null when there is none. */
export async function findPlanByName(db: Database, name: string): Promise<Plan | null> {
  const [row] = await newest(db).where(eq(plan.name, name));
  return row?.plan ?? null;
}

function newest(db: Database) {
  return db
    .select({
      planId: plan.planId,
      name: plan.name,
      version: plan.version,
      plan: planVersion.plan,
      savedAt: planVersion.savedAt,
      savedBy: planVersion.savedBy,
    })
    .from(plan)
    .innerJoin(planVersion, and(eq(planVersion.planId, plan.planId), eq(planVersion.version, plan.version)))
    .$dynamic();
}

type NewestRow = Awaited<ReturnType<typeof newest>>[number];

function toPlanRow({ savedAt, savedBy, ...row }: NewestRow): PlanRow {
  return { ...row, updatedAt: savedAt.getTime(), updatedBy: savedBy };
}
