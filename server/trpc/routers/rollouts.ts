import { z } from "zod";
import { listRollouts, readEvents, readInstanceEvents } from "#db/queries/rollouts.ts";
import { readRecord, readRolloutChoices, searchRollouts } from "#db/queries/search-rollouts.ts";
import { RolloutCommand, StartRollout } from "#domain/command.ts";
import { type FirstLook, firstLookOf } from "#domain/engine/first-look.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { EvidenceCourse } from "#domain/evidence/course.ts";
import type { RolloutRecord } from "#domain/history/record.ts";
import { type RolloutChoices, type RolloutPage, SearchRollouts } from "#domain/history/search.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { Id, instanceIdPattern } from "#domain/names.ts";
import type { Rollout } from "#domain/rollout.ts";
import { CheckStart, checkStart, type StartCheck } from "#server/engine/check.ts";
import { commandRollout, startRollout } from "#server/engine/commands.ts";
import { createRouter, lister, procedure, rolloutReader } from "../trpc.ts";

const rolloutsMax = 100;
const eventsMax = 500;

const ListRollouts = z.object({ fleetId: Id.optional(), limit: z.number().int().min(1).max(rolloutsMax).default(rolloutsMax) });
const OneInstance = z.object({ rolloutId: Id, instanceId: z.string().regex(instanceIdPattern, { error: "This is not an instance." }) });
const ReadEvents = z.object({
  rolloutId: Id,
  afterSeq: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(eventsMax).default(eventsMax),
});
/** `until`: as it was at that moment, in engine time; now when left out. */
const ReadEvidence = z.object({ rolloutId: Id, until: z.number().int().min(0).optional() });

export const rolloutsRouter = createRouter({
  /** Lists hold only what the caller sees. */
  list: lister
    .input(ListRollouts)
    .query(({ ctx, input }): Promise<RolloutSummary[]> => listRollouts(ctx.services.db, { ...input, environments: ctx.environments })),
  search: lister.input(SearchRollouts).query(({ ctx, input }): Promise<RolloutPage> => searchRollouts(ctx.services.db, input, ctx.environments)),
  choices: lister.query(({ ctx }): Promise<RolloutChoices> => readRolloutChoices(ctx.services.db, ctx.environments)),
  get: rolloutReader.query(({ ctx, input }): Promise<Rollout> => ctx.services.rollouts.get(input.rolloutId)),
  /** For a page to say what happens while it reads all of it. */
  firstLook: rolloutReader.query(
    async ({ ctx, input }): Promise<FirstLook> => firstLookOf(await ctx.services.rollouts.get(input.rolloutId), ctx.services.engine.now()),
  ),
  record: rolloutReader.query(({ ctx, input }): Promise<RolloutRecord> => readRecord(ctx.services.db, input.rolloutId)),
  events: rolloutReader.input(ReadEvents).query(({ ctx, input }): Promise<RolloutEvent[]> => readEvents(ctx.services.db, input)),
  instanceEvents: rolloutReader
    .input(OneInstance)
    .query(({ ctx, input }): Promise<RolloutEvent[]> => readInstanceEvents(ctx.services.db, { ...input, limit: eventsMax })),
  evidence: rolloutReader.input(ReadEvidence).query(({ ctx, input: { rolloutId, until } }): Promise<EvidenceCourse | null> => {
    const { courses } = ctx.services;
    return until === undefined ? courses.read(rolloutId) : courses.readAt(rolloutId, until);
  }),
  check: procedure.input(CheckStart).query(({ ctx, input }): Promise<StartCheck> => checkStart(ctx, input)),
  start: procedure.input(StartRollout).mutation(({ ctx, input }): Promise<{ rolloutId: string }> => startRollout(ctx, input)),
  command: procedure.input(RolloutCommand).mutation(({ ctx, input }): Promise<{ seq: number; rolloutId: string }> => commandRollout(ctx, input)),
});
