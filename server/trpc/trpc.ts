import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { z } from "zod";
import { environmentOfFleet, environmentOfRollout, listEnvironments } from "#db/queries/environments.ts";
import { Failure } from "#domain/failure.ts";
import { Id } from "#domain/names.ts";
import { tableTransform } from "#domain/revive.ts";
import type { WidePermission } from "#domain/role.ts";
import { authorize, visible } from "#server/auth/authorize.ts";
import type { CallerContext } from "#server/auth/context.ts";
import type { Services } from "#server/services.ts";
import { toFailureShape, withFailureCode } from "./failure.ts";

/** What every call starts from. `caller` is null for someone who is not signed in. */
export interface CallContext {
  readonly caller: CallerContext | null;
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

/** For someone who is signed in, or a program with a token; the verb asks for its own permission. */
export const procedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.caller === null)
    throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first.", cause: new Failure("not-allowed", "Sign in first.") });
  return next({ ctx: { ...ctx, ...ctx.caller } });
});

/** For a person at a browser: what keeps an account safe is not for programs. */
export const personProcedure = procedure.use(({ ctx, next }) => {
  const { session } = ctx;
  if (session === null) throw new Failure("not-allowed", "This is for people who are signed in, and not for a token.");
  return next({ ctx: { session } });
});

/** For queries that list rollouts: of the environments, by name, that the caller sees. */
export const lister = procedure.use(async ({ ctx, next }) => {
  return next({ ctx: { environments: visible(ctx, await listEnvironments(ctx.services.db)) } });
});

/** For queries about what has no environment. */
export const wideReader = (permission: WidePermission) =>
  procedure.use(({ ctx, next }) => {
    authorize(ctx, permission);
    return next();
  });

/** For queries about one fleet: whoever may look at it may look at all that belongs to it. */
export const fleetReader = procedure.input(z.object({ fleetId: Id })).use(async ({ ctx, input, next }) => {
  authorize(ctx, "fleet.read", await environmentOfFleet(ctx.services.db, input.fleetId));
  return next();
});

/** The same for one rollout. */
export const rolloutReader = procedure.input(z.object({ rolloutId: Id })).use(async ({ ctx, input, next }) => {
  authorize(ctx, "fleet.read", await environmentOfRollout(ctx.services.db, input.rolloutId));
  return next();
});
