import { type ApiToken, CreateToken, ListTokens, OneToken } from "#domain/token.ts";
import { createToken, listTokens, revokeToken } from "#server/auth/tokens.ts";
import { createRouter, personProcedure } from "../trpc.ts";

export const tokensRouter = createRouter({
  list: personProcedure.input(ListTokens).query(({ ctx, input }): Promise<ApiToken[]> => listTokens(ctx, input)),
  create: personProcedure.input(CreateToken).mutation(({ ctx, input }): Promise<{ tokenId: string; token: string }> => createToken(ctx, input)),
  revoke: personProcedure.input(OneToken).mutation(({ ctx, input }): Promise<{ ok: true }> => revokeToken(ctx, input)),
});
