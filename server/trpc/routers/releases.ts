import { z } from "zod";
import { listReleases } from "#db/queries/releases.ts";
import { Slug } from "#domain/names.ts";
import type { Release } from "#domain/release.ts";
import { RecordImage, recordImage } from "#server/catalog/record-image.ts";
import { RecordRelease, recordRelease } from "#server/catalog/record-release.ts";
import { createRouter, procedure, wideReader } from "../trpc.ts";

export const releasesRouter = createRouter({
  list: wideReader("release.read")
    .input(z.object({ service: Slug }))
    .query(({ ctx, input }): Promise<Release[]> => listReleases(ctx.services.db, input.service)),
  record: procedure.input(RecordRelease).mutation(({ ctx, input }): Promise<Release> => recordRelease(ctx, input)),
  recordImage: procedure.input(RecordImage).mutation(({ ctx, input }): Promise<Release> => recordImage(ctx, input)),
});
