import { request } from "undici";
import { neutralise } from "./neutralise.ts";
import { connectTo, untilAborted } from "./outgoing.ts";
import type { UrlPolicy } from "./url-policy.ts";

export interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the answer, the rest of which is not read. */
  readonly answerBytesMax: number;
}

export interface Posted {
  readonly status: number;
  readonly answer: string;
}

/**
 * One POST of JSON. The host is looked up once, judged, and connected to at that address; a redirect is an answer like any
 * other. Throws what `describeCallError` puts into words.
 */
export async function postJson({ url, headers, body, answerBytesMax }: Posting, policy: UrlPolicy, signal: AbortSignal): Promise<Posted> {
  const agent = connectTo(await untilAborted(policy.resolve(url), signal));
  try {
    const answer = await request(`${url.origin}${url.pathname}${url.search}`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "tideline", ...headers },
      body,
      dispatcher: agent,
      signal,
    });
    return { status: answer.statusCode, answer: await readFirst(answer.body, answerBytesMax) };
  } finally {
    await agent.destroy();
  }
}

/** Unlike a program's output an answer does not tell its outcome at the end. */
async function readFirst(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part.subarray(0, bytesMax - bytes));
    bytes += part.length;
    if (bytes >= bytesMax) break;
  }
  return neutralise(Buffer.concat(parts).toString("utf8"));
}
