import { z } from "zod";
import { stopRuntime } from "#server/catalog/stop-runtime.ts";
import { createRouter, procedure } from "../trpc.ts";

export const runtimeRouter = createRouter({
  stop: procedure.input(z.object({})).mutation(({ ctx }): Promise<{ ok: true }> => stopRuntime(ctx)),
});
