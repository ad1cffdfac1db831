import type { CheckStep } from "#domain/check-step.ts";
import type { MadeContainer } from "#domain/made-container.ts";
import {
  CheckAdoption,
  CheckEngine,
  checkAdoption,
  checkEngine,
  InspectContainers,
  inspectContainers,
  ListContainers,
  listContainers,
} from "#server/catalog/try-engine.ts";
import type { FoundContainer } from "#server/drivers/docker/discover.ts";
import { createRouter, procedure } from "../trpc.ts";

/** They ask a machine outside, so they are no queries. */
export const enginesRouter = createRouter({
  check: procedure.input(CheckEngine).mutation(({ ctx, input }): Promise<readonly CheckStep[]> => checkEngine(ctx, input)),
  containers: procedure.input(ListContainers).mutation(({ ctx, input }): Promise<readonly FoundContainer[]> => listContainers(ctx, input)),
  inspect: procedure.input(InspectContainers).mutation(({ ctx, input }): Promise<readonly MadeContainer[]> => inspectContainers(ctx, input)),
  checkAdoption: procedure.input(CheckAdoption).mutation(({ ctx, input }): Promise<{ ok: true }> => checkAdoption(ctx, input)),
});
