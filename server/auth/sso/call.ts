import type { CustomFetch } from "openid-client";
import { fetch } from "undici";
import { connectTo, describeCallError, readBounded, untilAborted } from "#server/io/outgoing.ts";
import type { UrlPolicy } from "#server/io/url-policy.ts";
import { SsoRefusal } from "./refusal.ts";

const answerBytesMax = 1_048_576;

/** Calls the provider at the address that was judged, without redirects, until the signal says that it is too late. */
export function createCall(policy: UrlPolicy, signal: AbortSignal): CustomFetch {
  return async (url, { method, headers, body, redirect }) => {
    const { host } = new URL(url);
    try {
      const address = await untilAborted(policy.resolve(new URL(url)), signal);
      const agent = connectTo(address, 1);
      try {
        const answer = await fetch(url, {
          method,
          headers,
          body: body instanceof URLSearchParams ? String(body) : null,
          redirect,
          signal,
          dispatcher: agent,
        });
        const text = answer.body === null ? "" : await readBounded(answer.body, answerBytesMax);
        if (text === null) throw new SsoRefusal("down", `${host} answered with more than ${answerBytesMax} bytes.`);
        return new Response(text === "" ? null : text, { status: answer.status, headers: [...answer.headers] });
      } finally {
        await agent.destroy();
      }
    } catch (error) {
      if (error instanceof SsoRefusal) throw error;
      if (signal.aborted) throw new SsoRefusal("down", `${host} gave no whole answer in time.`);
      throw new SsoRefusal("down", describeCallError(host, error instanceof TypeError ? error.cause : error));
    }
  };
}
