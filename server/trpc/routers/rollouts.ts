import { z } from "zod";
import { listEnvironments } from "#db/queries/environments.ts";
import { listRollouts, readEvents, readInstanceEvents } from "#db/queries/rollouts.ts";
import { RolloutCommand, StartRollout } from "#domain/command.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { EvidenceCourse } from "#domain/evidence/course.ts";
import { instanceIdPattern } from "#domain/fleet.ts";
import type { RolloutSummary } from "#domain/live.ts";
import { Id } from "#domain/names.ts";
import type { Rollout } from "#domain/rollout.ts";
import { visible } from "#server/auth/authorize.ts";
import { CheckStart, checkStart, type StartCheck } from "#server/engine/check.ts";
import { commandRollout, startRollout } from "#server/engine/commands.ts";
import { createRouter, procedure, rolloutReader } from "../trpc.ts";

const rolloutsMax = 100;
const eventsMax = 500;

const ListRollouts = z.object({ fleetId: Id.optional(), limit: z.number().int().min(1).max(rolloutsMax).default(rolloutsMax) });
const OneInstance = z.object({ rolloutId: Id, instanceId: z.string().regex(instanceIdPattern, { error: "This is not an instance." }) });
const ReadEvents = z.object({
  rolloutId: Id,
  afterSeq: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(eventsMax).default(eventsMax),
});

export const rolloutsRouter = createRouter({
  /** Only those that the caller sees. */
  list: procedure.input(ListRollouts).query(async ({ ctx, input }): Promise<RolloutSummary[]> => {
    const { db } = ctx.services;
    return listRollouts(db, { ...input, environments: visible(ctx, await listEnvironments(db)) });
  }),
  get: rolloutReader.query(({ ctx, input }): Promise<Rollout> => ctx.services.rollouts.get(input.rolloutId)),
  events: rolloutReader.input(ReadEvents).query(({ ctx, input }): Promise<RolloutEvent[]> => readEvents(ctx.services.db, input)),
  instanceEvents: rolloutReader
    .input(OneInstance)
    .query(({ ctx, input }): Promise<RolloutEvent[]> => readInstanceEvents(ctx.services.db, { ...input, limit: eventsMax })),
  evidence: rolloutReader.query(({ ctx, input }): Promise<EvidenceCourse | null> => ctx.services.courses.read(input.rolloutId)),
  check: procedure.input(CheckStart).query(({ ctx, input }): Promise<StartCheck> => checkStart(ctx, input)),
  start: procedure.input(StartRollout).mutation(({ ctx, input }): Promise<{ rolloutId: string }> => startRollout(ctx, input)),
  command: procedure.input(RolloutCommand).mutation(({ ctx, input }): Promise<{ seq: number; rolloutId: string }> => commandRollout(ctx, input)),
});
