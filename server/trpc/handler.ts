import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { TRPCError } from "@trpc/server";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { Failure } from "#domain/failure.ts";
import { createContext } from "#server/auth/context.ts";
import type { Services } from "#server/services.ts";
import { isInternal, unavailable } from "./failure.ts";
import { appRouter } from "./router.ts";
import type { CallContext } from "./trpc.ts";

const prefix = "/api/trpc/";
const bodyBytesMax = 256 * 1024;
/** A page asks for a handful of things at once; nothing of ours needs more. */
const batchMax = 20;
const pathLengthMax = 2_000;

export type TrpcHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Answers everything below /api/trpc. Host, Origin and method were checked before. */
export function createTrpcHandler(services: Services): TrpcHandler {
  return async (req, res) => {
    const refused = refusalOf(req);
    if (refused) {
      res.writeHead(refused.status, { "content-type": "text/plain; charset=utf-8" }).end(refused.message);
      return;
    }
    await nodeHTTPRequestHandler({
      req,
      res,
      path: pathOf(req) ?? "",
      router: appRouter,
      maxBodySize: bodyBytesMax,
      maxBatchSize: batchMax,
      createContext: () => createCallContext(services, req, res),
      onError: ({ error, path, ctx }) => {
        if (isInternal(error)) services.log.error({ err: error.cause ?? error, path, requestId: ctx?.requestId }, "A request failed.");
        else if (error.code === "SERVICE_UNAVAILABLE") services.log.warn({ err: error.cause ?? error, path }, "A request could not be served.");
      },
    });
  };
}

async function createCallContext(services: Services, req: IncomingMessage, res: ServerResponse): Promise<CallContext> {
  const caller = await createContext(services, req).catch((error: unknown) => {
    if (error instanceof Failure)
      throw new TRPCError({ code: error.code === "limit" ? "TOO_MANY_REQUESTS" : "UNAUTHORIZED", message: error.message, cause: error });
    // better-auth drops the cause; a session that is wrong or old is no error.
    const failure = unavailable("The database cannot be reached.", error);
    throw new TRPCError({ code: "SERVICE_UNAVAILABLE", message: failure.message, cause: failure });
  });
  return {
    caller,
    services,
    requestId: caller?.requestId ?? randomUUID(),
    headers: toHeaders(req),
    setCookies: (cookies) => {
      for (const cookie of cookies) res.appendHeader("set-cookie", cookie);
    },
  };
}

/** The procedures asked for, or null when the path is not an encoded one. */
function pathOf(req: IncomingMessage): string | null {
  try {
    return decodeURIComponent(pathnameOf(req).slice(prefix.length));
  } catch {
    return null;
  }
}

function pathnameOf(req: IncomingMessage): string {
  return (req.url ?? "/").split("?", 1)[0] ?? "/";
}

/** A JSON body forces a preflight in a browser of another origin, so nothing else is taken for a change. */
function refusalOf(req: IncomingMessage): { readonly status: number; readonly message: string } | null {
  const pathname = pathnameOf(req);
  if (pathname.length > pathLengthMax) return { status: 414, message: "Ask for fewer things at once." };
  if (!pathname.startsWith(prefix)) return { status: 404, message: "There is nothing here." };
  if (pathOf(req) === null) return { status: 400, message: "This path is not encoded as a URL." };
  if (req.method === "GET") return null;
  if (req.method !== "POST") return { status: 405, message: "Use GET to ask and POST to change." };
  const type = req.headers["content-type"] ?? "";
  return /^application\/json\s*(?:;|$)/i.test(type) ? null : { status: 415, message: "Send application/json." };
}

function toHeaders(req: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers))
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) headers.append(name, each);
  return headers;
}
