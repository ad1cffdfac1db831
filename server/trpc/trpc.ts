import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { Failure } from "#domain/failure.ts";
import { tableTransform } from "#domain/revive.ts";
import { authorize } from "#server/auth/authorize.ts";
import type { SessionContext } from "#server/auth/context.ts";
import type { Services } from "#server/services.ts";
import { toFailureShape, withFailureCode } from "./failure.ts";

/** What every call starts from. `session` is null for someone who is not signed in. */
export interface CallContext {
  readonly session: SessionContext | null;
  readonly services: Services;
  readonly requestId: string;
  readonly headers: Headers;
  /** Forwards the cookies that better-auth sets when the first account is made. */
  readonly setCookies: (cookies: readonly string[]) => void;
}

superjson.registerCustom(tableTransform, "table");

const trpc = initTRPC.context<CallContext>().create({
  transformer: superjson,
  isDev: false,
  errorFormatter: ({ shape, error, ctx }) => {
    const failure = toFailureShape(error, ctx?.requestId ?? "without a number");
    return { ...shape, message: failure.message, data: { ...shape.data, failure } };
  },
});

export const createRouter = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;

/** For everyone, signed in or not. */
export const publicProcedure = trpc.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw withFailureCode(result.error);
  return result;
});

/** For someone who is signed in; the verb asks for its own permission. */
export const procedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.session === null)
    throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first.", cause: new Failure("not-allowed", "Sign in first.") });
  return next({ ctx: { ...ctx, ...ctx.session, session: ctx.session } });
});

/** For queries: whoever may look at fleets may look at all that belongs to them. */
export const reader = procedure.use(({ ctx, next }) => {
  authorize(ctx, "fleet.read");
  return next();
});
