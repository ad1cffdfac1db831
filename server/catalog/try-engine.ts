import { z } from "zod";
import { getRelease } from "#db/queries/releases.ts";
import type { CheckStep } from "#domain/check-step.ts";
import type { MadeContainer } from "#domain/made-container.ts";
import { Id, Slug } from "#domain/names.ts";
import { requireArtifact } from "#domain/release.ts";
import { DockerEngine, DockerSettings } from "#domain/settings/docker.ts";
import { audited } from "#server/auth/audited.ts";
import type { Context } from "#server/context.ts";
import type { FoundContainer } from "#server/drivers/docker/discover.ts";

const checkDeadlineMs = 30_000;
const listDeadlineMs = 10_000;

/** Settings as somebody has typed them, for a fleet that would be in this environment. */
export const CheckEngine = z.object({ environment: Slug, driver: DockerSettings, releaseId: Id.optional() });
export type CheckEngine = z.infer<typeof CheckEngine>;

export const ListContainers = z.object({ environment: Slug, engine: DockerEngine });
export type ListContainers = z.infer<typeof ListContainers>;

const inspectedMax = 200;

export const InspectContainers = z.object({
  environment: Slug,
  engine: DockerEngine,
  containers: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, { error: "Give a container's whole id." }))
    .min(1, { error: "Choose a container." })
    .max(inspectedMax, { error: `At most ${inspectedMax} containers.` }),
});
export type InspectContainers = z.infer<typeof InspectContainers>;

export const CheckAdoption = CheckEngine.omit({ releaseId: true });
export type CheckAdoption = z.infer<typeof CheckAdoption>;

/** Tries an engine out, with the release that a fleet would begin with. Leaves nothing behind. */
export async function checkEngine(ctx: Context, { environment, driver, releaseId }: CheckEngine): Promise<readonly CheckStep[]> {
  const detail = { test: true, engine: driver.engine.url };
  return audited(ctx, { permission: "fleet.create", environment, target: "engine", detail }, async () => {
    const release = releaseId === undefined ? null : await getRelease(ctx.services.db, releaseId);
    const artifact = release && requireArtifact(release, "container");
    return ctx.services.docker.check({ settings: driver, artifact }, AbortSignal.timeout(checkDeadlineMs));
  });
}

/** What runs on an engine. Their names and labels are hostile input: callers show them as text. */
export async function listContainers(ctx: Context, { environment, engine }: ListContainers): Promise<readonly FoundContainer[]> {
  const detail = { test: true, engine: engine.url };
  return audited(ctx, { permission: "fleet.create", environment, target: "engine", detail }, () =>
    ctx.services.docker.listRunning(engine, AbortSignal.timeout(listDeadlineMs)),
  );
}

/** How containers that run on an engine were made. What seems to be a secret stays there; all else is hostile input: callers show it as text. */
export async function inspectContainers(ctx: Context, { environment, engine, containers }: InspectContainers): Promise<readonly MadeContainer[]> {
  const detail = { test: true, engine: engine.url, containers: containers.length };
  return audited(ctx, { permission: "fleet.create", environment, target: "engine", detail }, () =>
    ctx.services.docker.inspect(engine, containers, AbortSignal.timeout(listDeadlineMs)),
  );
}

/** Whether the containers that a fleet would adopt could be its instances, whatever release it will begin with. Throws Failure with the fields. */
export async function checkAdoption(ctx: Context, { environment, driver }: CheckAdoption): Promise<{ ok: true }> {
  const detail = { test: true, engine: driver.engine.url };
  return audited(ctx, { permission: "fleet.create", environment, target: "engine", detail }, async () => {
    await ctx.services.docker.refuseAdoption(driver, null, AbortSignal.timeout(listDeadlineMs));
    return { ok: true };
  });
}
