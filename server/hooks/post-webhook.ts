import { Agent, request } from "undici";
import { formatDuration, parseDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { Address, UrlPolicy } from "#server/io/url-policy.ts";
import type { HookCall, HookOutcome } from "./hook-runner.ts";
import { createTail, outputBytesMax } from "./output.ts";

/** The system's words for a connection that did not come about or broke. */
const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "broke the connection",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  UND_ERR_SOCKET: "broke the connection",
  UND_ERR_CONNECT_TIMEOUT: "did not take the connection",
};

/**
 * Sends what the rollout is about as JSON; an answer of 2xx is success. The host is looked up once and connected to at that
 * address; a redirect is an answer like any other. No word of the URL but its host is repeated.
 */
export async function postWebhook(call: HookCall, webhook: string, policy: UrlPolicy, signal: AbortSignal): Promise<HookOutcome> {
  const url = new URL(webhook);
  const timeoutMs = parseDuration(call.hook.timeout) ?? 0;
  const deadline = AbortSignal.timeout(timeoutMs);
  const end = AbortSignal.any([deadline, signal]);
  try {
    const address = await untilAborted(policy.resolve(url), end);
    const { status, output } = await post(url, address, call, end);
    const good = status >= 200 && status < 300;
    const hint = status >= 300 && status < 400 ? " Redirects are not followed: give the final URL." : "";
    return { status: good ? "succeeded" : "failed", message: `${url.host} answered ${status}.${hint}`, output };
  } catch (error) {
    const message = deadline.aborted ? `${url.host} gave no answer within ${formatDuration(timeoutMs)}.` : wordsOf(url, error);
    return { status: "failed", message, output: "" };
  }
}

async function post(url: URL, { address, family }: Address, call: HookCall, signal: AbortSignal): Promise<{ status: number; output: string }> {
  const agent = new Agent({
    connect: {
      // Whatever the name means by now: this is the address that was judged.
      lookup: (_host, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family)),
    },
  });
  try {
    const { statusCode, body } = await request(`${url.origin}${url.pathname}`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "tideline", "idempotency-key": call.key },
      body: JSON.stringify(bodyOf(call)),
      dispatcher: agent,
      signal,
    });
    return { status: statusCode, output: await readSome(body) };
  } finally {
    await agent.destroy();
  }
}

/** The first of an answer's body: unlike a program's output it does not tell the outcome at its end. */
async function readSome(body: AsyncIterable<Uint8Array>): Promise<string> {
  const tail = createTail();
  let bytes = 0;
  for await (const part of body) {
    tail.add(part.subarray(0, outputBytesMax - bytes));
    bytes += part.length;
    if (bytes >= outputBytesMax) break;
  }
  return tail.text();
}

function bodyOf({ key, name, rolloutId, fleet, service, environment, release, batch, instanceIds }: HookCall): Record<string, unknown> {
  return { key, hook: name, rolloutId, fleet, service, environment, release, batch, instances: instanceIds };
}

async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(new Failure("unavailable", "Too late.")), { once: true }),
  );
  return Promise.race([work, aborted]);
}

function wordsOf(url: URL, error: unknown): string {
  if (error instanceof Failure) return error.message;
  for (let each = error; each instanceof Error; each = each.cause) {
    const words = "code" in each ? connectionWords[String(each.code)] : undefined;
    if (words) return `${url.host} ${words}.`;
  }
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return `${url.host} could not be called${code}. Check the address, and its certificate where it is https.`;
}
