import type { IncomingMessage, ServerResponse } from "node:http";
import { environmentOfRollout } from "#db/queries/environments.ts";
import { Failure } from "#domain/failure.ts";
import { Id } from "#domain/names.ts";
import { authorize } from "#server/auth/authorize.ts";
import { requireCaller } from "#server/auth/context.ts";
import type { Services } from "#server/services.ts";
import { readReplayFile } from "./courses.ts";

const pattern = /^\/api\/rollouts\/([^/]+)\/evidence\.json$/;

/** The rollout whose file is asked for; null for any other path. */
export function replayFileOf(method: string | undefined, pathname: string): string | null {
  return method === "GET" ? (pattern.exec(pathname)?.[1] ?? null) : null;
}

/** Answers with the file that `npm run evidence` reads: of one metric, or of all. */
export async function answerReplayFile(services: Services, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const { status, body, name } = await answerTo(services, req, url);
  const headers = { "content-type": "application/json; charset=utf-8", ...(name ? { "content-disposition": `attachment; filename="${name}"` } : {}) };
  res.writeHead(status, headers).end(`${JSON.stringify(body)}\n`);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly name?: string;
}

async function answerTo(services: Services, req: IncomingMessage, url: URL): Promise<Answer> {
  const ctx = await requireCaller(services, req);
  if ("message" in ctx) return { status: ctx.status, body: { message: ctx.message } };
  const rolloutId = Id.safeParse(replayFileOf(req.method, url.pathname));
  if (!rolloutId.success) return { status: 404, body: { message: "This is no identifier of a rollout." } };
  const metric = url.searchParams.get("metric");
  try {
    authorize(ctx, "fleet.read", await environmentOfRollout(services.db, rolloutId.data));
    const file = await readReplayFile(services.db, rolloutId.data);
    const name = `evidence-${rolloutId.data.slice(0, 8)}`;
    if (metric === null) return { status: 200, body: file, name: `${name}.json` };
    if (!Object.hasOwn(file.metrics, metric))
      return { status: 404, body: { message: `This rollout judged no "${metric}". It judged: ${Object.keys(file.metrics).join(", ")}.` } };
    return { status: 200, body: { alpha: file.alpha, ...file.metrics[metric] }, name: `${name}-${metric}.json` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: error.code === "not-allowed" ? 403 : 404, body: { message: error.message } };
  }
}
