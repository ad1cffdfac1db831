import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { eachActivity } from "#db/queries/activity.ts";
import { type ActivityFilter, parseActivity } from "#domain/activity.ts";
import { Failure } from "#domain/failure.ts";
import { authorize } from "#server/auth/authorize.ts";
import { requireCaller } from "#server/auth/context.ts";
import type { Services } from "#server/services.ts";
import { type ExportFormat, formats } from "./export.ts";

const pattern = /^\/api\/activity\.(jsonl|csv)$/;
/** A reader who takes nothing for so long has gone. */
const drainMsMax = 30_000;

/** The format in which the activity is asked for; null for any other path. */
export function activityFormatOf(method: string | undefined, pathname: string): ExportFormat | null {
  return method === "GET" ? ((pattern.exec(pathname)?.[1] as ExportFormat | undefined) ?? null) : null;
}

/** Answers with all rows that fit the address's filter, oldest first, written as they are read. */
export async function answerActivityFile(services: Services, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const asked = await readAsked(services, req, url);
  if ("status" in asked) {
    res.writeHead(asked.status, { "content-type": "application/json; charset=utf-8" }).end(`${JSON.stringify({ message: asked.message })}\n`);
    return;
  }
  const { type, head, line } = formats[asked.format];
  const day = new Date(services.engine.now()).toISOString().slice(0, 10);
  res.writeHead(200, { "content-type": type, "content-disposition": `attachment; filename="activity-${day}.${asked.format}"` });
  await write(res, head);
  for await (const rows of eachActivity(services.db, asked.filter)) {
    if (res.destroyed) return;
    await write(res, rows.map(line).join(""));
  }
  res.end();
}

type Asked = { readonly format: ExportFormat; readonly filter: ActivityFilter } | { readonly status: number; readonly message: string };

async function readAsked(services: Services, req: IncomingMessage, url: URL): Promise<Asked> {
  const ctx = await requireCaller(services, req);
  if ("message" in ctx) return ctx;
  const format = activityFormatOf(req.method, url.pathname);
  if (format === null) return { status: 404, message: "There is nothing here." };
  try {
    authorize(ctx, "audit.read");
  } catch (error) {
    if (error instanceof Failure) return { status: 403, message: error.message };
    throw error;
  }
  const parsed = parseActivity(Object.fromEntries(url.searchParams));
  if (parsed.success) return { format, filter: parsed.data };
  const [issue] = parsed.error.issues;
  return { status: 400, message: `The filter's ${issue?.path.join(".") ?? "text"} cannot be read. ${issue?.message ?? "It has another form."}` };
}

/** Waits for a slow reader instead of holding the file in memory. */
async function write(res: ServerResponse, text: string): Promise<void> {
  if (text === "" || res.write(text)) return;
  await Promise.race([once(res, "drain", { signal: AbortSignal.timeout(drainMsMax) }), once(res, "close")]);
}
