import { z } from "zod";
import { getRelease } from "#db/queries/releases.ts";
import type { CheckStep } from "#domain/check-step.ts";
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
