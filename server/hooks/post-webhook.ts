import { request } from "undici";
import { formatDuration, parseDuration } from "#domain/duration.ts";
import { connectTo, describeCallError, untilAborted } from "#server/io/outgoing.ts";
import type { Address, UrlPolicy } from "#server/io/url-policy.ts";
import type { HookCall, HookOutcome } from "./hook-runner.ts";
import { createTail, outputBytesMax } from "./output.ts";

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
    const message = deadline.aborted ? `${url.host} gave no answer within ${formatDuration(timeoutMs)}.` : describeCallError(url.host, error);
    return { status: "failed", message, output: "" };
  }
}

async function post(url: URL, address: Address, call: HookCall, signal: AbortSignal): Promise<{ status: number; output: string }> {
  const agent = connectTo(address);
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
