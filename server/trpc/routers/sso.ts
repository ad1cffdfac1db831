import type { SsoTest } from "#domain/sso.ts";
import { readSsoState, readSsoTest, type SsoState } from "#server/auth/sso/tests.ts";
import { createRouter, personProcedure } from "../trpc.ts";

export const ssoRouter = createRouter({
  state: personProcedure.query(({ ctx }): SsoState => readSsoState(ctx)),
  lastTest: personProcedure.query(({ ctx }): Promise<SsoTest | null> => readSsoTest(ctx)),
});
