import { type ApiToken, CreateToken, OneToken } from "#domain/token.ts";
import { createToken, listTokens, revokeToken } from "#server/auth/tokens.ts";
import { createRouter, personProcedure } from "../trpc.ts";

export const tokensRouter = createRouter({
  list: personProcedure.query(({ ctx }): Promise<ApiToken[]> => listTokens(ctx)),
  create: personProcedure.input(CreateToken).mutation(({ ctx, input }): Promise<{ tokenId: string; token: string }> => createToken(ctx, input)),
  revoke: personProcedure.input(OneToken).mutation(({ ctx, input }): Promise<{ ok: true }> => revokeToken(ctx, input)),
});
