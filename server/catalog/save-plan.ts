import { and, eq, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { plan as planTable, planVersion } from "#db/schema/plans.ts";
import { formatActor } from "#domain/actor.ts";
import { Failure } from "#domain/failure.ts";
import { definesCommand } from "#domain/hook-commands.ts";
import { invariant } from "#domain/invariant.ts";
import { Id, Name } from "#domain/names.ts";
import { Plan } from "#domain/plan.ts";
import { authorize } from "#server/auth/authorize.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";
import { isUniqueViolation } from "./unique.ts";

export const SavePlan = z.object({ planId: Id.optional(), name: Name, plan: Plan });
export type SavePlan = z.infer<typeof SavePlan>;

/** Saves a plan. Every change is a new version; the same content again is the same version. A hook that is new needs its own permission. */
export async function savePlan(ctx: Context, input: SavePlan): Promise<{ planId: string; version: number }> {
  const savedBy = formatActor(ctx.actor);
  return runVerb(ctx, { permission: "plan.save", target: `plan:${input.name}`, detail: { planId: input.planId ?? null } }, async (tx) => {
    try {
      const known = input.planId === undefined ? null : await lockPlan(tx, input.planId);
      if (definesCommand(input.plan, known?.plan ?? null)) authorize(ctx, "command.define");
      return known === null ? await createPlan(tx, input, savedBy) : await changePlan(tx, known, input, savedBy);
    } catch (error) {
      if (!isUniqueViolation(error, "plan_name_unique")) throw error;
      throw new Failure("conflict", `There is a plan called ${input.name} already.`, [
        { field: "name", message: "This name is taken; choose another." },
      ]);
    }
  });
}

async function createPlan(tx: Transaction, { name, plan }: SavePlan, savedBy: string): Promise<{ planId: string; version: number }> {
  const planId = uuid();
  await tx.insert(planTable).values({ planId, name, version: 1 });
  await tx.insert(planVersion).values({ planId, version: 1, plan, savedBy });
  return { planId, version: 1 };
}

interface KnownPlan {
  readonly planId: string;
  readonly name: string;
  readonly version: number;
  readonly plan: Plan;
}

/** The newest version; of two who save at once the second sees what the first made. */
async function lockPlan(tx: Transaction, planId: string): Promise<KnownPlan> {
  const [row] = await tx.select().from(planTable).where(eq(planTable.planId, planId)).for("update");
  if (!row) throw new Failure("not-found", "There is no plan with this identifier. Save it as a new one.");
  const ofVersion = and(eq(planVersion.planId, planId), eq(planVersion.version, row.version));
  const [newest] = await tx.select({ plan: planVersion.plan }).from(planVersion).where(ofVersion);
  invariant(newest, `Plan ${planId} has its version ${row.version}.`);
  return { ...row, plan: newest.plan };
}

async function changePlan(
  tx: Transaction,
  known: KnownPlan,
  { name, plan }: SavePlan,
  savedBy: string,
): Promise<{ planId: string; version: number }> {
  const { planId } = known;
  if (known.name !== name) await tx.update(planTable).set({ name }).where(eq(planTable.planId, planId));
  const ofVersion = and(eq(planVersion.planId, planId), eq(planVersion.version, known.version));
  const [same] = await tx
    .select({ version: planVersion.version })
    .from(planVersion)
    .where(and(ofVersion, sql`${planVersion.plan} = ${JSON.stringify(plan)}::jsonb`));
  if (same) return { planId, version: same.version };
  const version = known.version + 1;
  await tx.insert(planVersion).values({ planId, version, plan, savedBy });
  await tx.update(planTable).set({ version }).where(eq(planTable.planId, planId));
  return { planId, version };
}
