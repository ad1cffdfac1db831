import { v7 as uuid } from "uuid";
import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { listFleetRows } from "#db/queries/fleets.ts";
import { ContainerSettings, digestOf, ImageName, isPinned } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import { Name, Slug } from "#domain/names.ts";
import { Environment, type Release } from "#domain/release.ts";
import { DockerEngine } from "#domain/settings/docker.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";
import { insertRelease, versionsOf } from "./insert-release.ts";

const pinDeadlineMs = 20_000;

export const RecordImage = z.object({
  service: Slug,
  name: Name,
  image: ImageName,
  /** Where a tag is looked up; left out: at the engine of a fleet that the service has. */
  engine: DockerEngine.optional(),
  container: ContainerSettings,
  env: Environment.default({}),
});
export type RecordImage = z.infer<typeof RecordImage>;

/**
 * Records an immutable release that is a container image. Its program is code that will run, so defining it has a permission
 * of its own. A tag is looked up now, and what is recorded is the digest, so that what a release means cannot change later.
 */
export async function recordImage(ctx: Context, input: RecordImage): Promise<Release> {
  const { service, name, image, container, env } = input;
  const detail = { service, name, image, envKeys: Object.keys(env) };
  return runVerb(ctx, { permission: "release.record", alsoNeeds: ["command.define"], target: `release:${service}/${name}`, detail }, async (tx) => {
    ctx.services.docker.refuseRights(container);
    const pinned = isPinned(image) ? image : await pinTag(ctx, tx, input);
    const artifact = { type: "container" as const, image: pinned, ...container };
    const recorded: Release = {
      releaseId: uuid(),
      service,
      name,
      artifact,
      digest: digestOf(pinned),
      env,
      ...(await versionsOf(ctx.services, env)),
      recordedAt: Date.now(),
    };
    await insertRelease(tx, ctx, recorded);
    return recorded;
  });
}

async function pinTag(ctx: Context, tx: Transaction, { service, image, engine, container }: RecordImage): Promise<string> {
  const asked = engine ?? (await engineOf(tx, service));
  if (asked) return ctx.services.docker.pin(asked, { image, credentials: container.credentials }, AbortSignal.timeout(pinDeadlineMs));
  const message = `${service} has no fleet of containers yet, so nobody can say what ${image} is. Name it by its digest, or name an engine that can look it up.`;
  throw new Failure("invalid", message, [{ field: "image", message }]);
}

async function engineOf(tx: Transaction, service: string): Promise<DockerEngine | null> {
  const drivers = (await listFleetRows(tx)).flatMap(({ fleet }) => (fleet.service === service ? [fleet.driver] : []));
  const [first] = drivers.flatMap((driver) => (driver.type === "docker" ? [driver.engine] : []));
  return first ?? null;
}
