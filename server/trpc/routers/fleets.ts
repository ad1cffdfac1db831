import { z } from "zod";
import { readSamples, SampleQuery } from "#db/queries/samples.ts";
import type { CheckStep } from "#domain/check-step.ts";
import { FleetCommand } from "#domain/command.ts";
import { type InstanceCourse, instanceCourse } from "#domain/evidence/instance-course.ts";
import type { FleetDetail, FleetSummary } from "#domain/live.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { Id, instanceIdPattern } from "#domain/names.ts";
import { createDemo } from "#server/catalog/create-demo.ts";
import { CreateFleet, createFleet } from "#server/catalog/create-fleet.ts";
import { getFleet, listVisibleFleets } from "#server/catalog/read-fleets.ts";
import { ReadLogs, readLogs } from "#server/catalog/read-logs.ts";
import { type FleetRemoved, RemoveFleet, removeFleet } from "#server/catalog/remove-fleet.ts";
import { SetTraffic, setTraffic } from "#server/catalog/set-traffic.ts";
import { TestBalancer, testBalancer } from "#server/catalog/test-balancer.ts";
import { TestMetrics, testMetrics } from "#server/catalog/test-metrics.ts";
import type { LogLine } from "#server/drivers/driver.ts";
import { commandFleet } from "#server/engine/commands.ts";
import { createRouter, fleetReader, procedure } from "../trpc.ts";

const OneInstance = z.object({ fleetId: Id, instanceId: z.string().regex(instanceIdPattern, { error: "This is not an instance." }) });

export const fleetsRouter = createRouter({
  /** Only those that the caller sees. */
  list: procedure.query(({ ctx }): Promise<FleetSummary[]> => listVisibleFleets(ctx)),
  get: fleetReader.query(({ ctx, input }): Promise<FleetDetail> => getFleet(ctx.services, input.fleetId)),
  samples: fleetReader
    .input(SampleQuery)
    .query(
      ({ ctx, input }): Promise<ReleaseSample[]> =>
        readSamples(ctx.services.db, input, ctx.services.engine.now(), ctx.services.engine.seconds(input.fleetId)),
    ),
  instanceCourse: fleetReader
    .input(OneInstance)
    .query(({ ctx, input }): InstanceCourse => instanceCourse(ctx.services.engine.recentTicks(input.fleetId), input.instanceId)),
  logs: procedure.input(ReadLogs).query(({ ctx, input }): Promise<readonly LogLine[]> => readLogs(ctx, input)),
  create: procedure.input(CreateFleet).mutation(({ ctx, input }): Promise<{ fleetId: string }> => createFleet(ctx, input)),
  createDemo: procedure.input(z.object({})).mutation(({ ctx }): Promise<{ fleetId: string }> => createDemo(ctx)),
  remove: procedure.input(RemoveFleet).mutation(({ ctx, input }): Promise<FleetRemoved> => removeFleet(ctx, input)),
  command: procedure.input(FleetCommand).mutation(({ ctx, input }): Promise<{ seq: number }> => commandFleet(ctx, input)),
  testMetrics: procedure.input(TestMetrics).mutation(({ ctx, input }): Promise<readonly CheckStep[]> => testMetrics(ctx, input)),
  testBalancer: procedure.input(TestBalancer).mutation(({ ctx, input }): Promise<readonly CheckStep[]> => testBalancer(ctx, input)),
  setTraffic: procedure.input(SetTraffic).mutation(({ ctx, input }): Promise<{ ok: true }> => setTraffic(ctx, input)),
});
