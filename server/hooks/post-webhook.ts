import { formatDuration, parseDuration } from "#domain/duration.ts";
import { describeCallError } from "#server/io/outgoing.ts";
import { postJson } from "#server/io/post.ts";
import type { UrlPolicy } from "#server/io/url-policy.ts";
import type { HookCall, HookOutcome } from "./hook-runner.ts";
import { outputBytesMax } from "./output.ts";

/** Sends what the rollout is about as JSON; an answer of 2xx is success. No word of the URL but its host is repeated. */
export async function postWebhook(call: HookCall, webhook: string, policy: UrlPolicy, signal: AbortSignal): Promise<HookOutcome> {
  const url = new URL(webhook);
  const timeoutMs = parseDuration(call.hook.timeout) ?? 0;
  const deadline = AbortSignal.timeout(timeoutMs);
  const posting = { url, headers: { "idempotency-key": call.key }, body: JSON.stringify(bodyOf(call)), answerBytesMax: outputBytesMax };
  try {
    const { status, answer } = await postJson(posting, policy, AbortSignal.any([deadline, signal]));
    const good = status >= 200 && status < 300;
    const hint = status >= 300 && status < 400 ? " Redirects are not followed: give the final URL." : "";
    return { status: good ? "succeeded" : "failed", message: `${url.host} answered ${status}.${hint}`, output: answer };
  } catch (error) {
    const message = deadline.aborted ? `${url.host} gave no answer within ${formatDuration(timeoutMs)}.` : describeCallError(url.host, error);
    return { status: "failed", message, output: "" };
  }
}

function bodyOf({ key, name, rolloutId, fleet, service, environment, release, batch, instanceIds }: HookCall): Record<string, unknown> {
  return { key, hook: name, rolloutId, fleet, service, environment, release, batch, instances: instanceIds };
}
