import { z } from "zod";
import type { CheckStep } from "#domain/check-step.ts";
import { OutsideBalancer } from "#domain/fleet.ts";
import { assertNever } from "#domain/invariant.ts";
import { Slug } from "#domain/names.ts";
import type { WidePermission } from "#domain/role.ts";
import { writeAudit } from "#server/auth/audit.ts";
import { audited } from "#server/auth/audited.ts";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";

/** For all steps together. */
const testMsMax = 20_000;

/** Settings as somebody has typed them for a fleet that is yet to be. */
export const TestBalancer = z.object({ environment: Slug, balancer: OutsideBalancer });
export type TestBalancer = z.infer<typeof TestBalancer>;

/** Tries a load balancer out. Changes nothing; NGINX's program is run to look at its configuration. */
export async function testBalancer(ctx: Context, { environment, balancer }: TestBalancer): Promise<readonly CheckStep[]> {
  const { db, balancerChecks } = ctx.services;
  const permission = "fleet.create";
  const target = `balancer:${balancer.type}`;
  const detail = { test: true, environment, balancer };
  return audited(ctx, { permission, environment, alsoNeeds: permissionsFor(balancer), target, detail }, async () => {
    await writeAudit(db, ctx, permission, target, { ...detail, requestId: ctx.requestId });
    return check(balancerChecks, balancer);
  });
}

/** NGINX is called by a command, which runs on the server. */
export function permissionsFor(balancer: OutsideBalancer | undefined): readonly WidePermission[] {
  return balancer?.type === "nginx" ? ["command.define"] : [];
}

function check(checks: Services["balancerChecks"], balancer: OutsideBalancer): Promise<readonly CheckStep[]> {
  const signal = AbortSignal.timeout(testMsMax);
  switch (balancer.type) {
    case "haproxy":
      return checks.haproxy(balancer, signal);
    case "nginx":
      return checks.nginx(balancer, signal);
    default:
      return assertNever(balancer);
  }
}
