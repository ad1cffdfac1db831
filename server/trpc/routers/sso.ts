import type { SsoTest } from "#domain/sso.ts";
import { readSsoState, readSsoTest, type SsoState } from "#server/auth/sso/tests.ts";
import { createRouter, procedure } from "../trpc.ts";

export const ssoRouter = createRouter({
  state: procedure.query(({ ctx }): SsoState => readSsoState(ctx.session)),
  lastTest: procedure.query(({ ctx }): Promise<SsoTest | null> => readSsoTest(ctx.session)),
});
