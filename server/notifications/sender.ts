import { v7 as uuid } from "uuid";
import { Failure } from "#domain/failure.ts";
import type { Notice } from "#domain/notice.ts";
import type { Destination } from "#domain/notification.ts";
import { isSecretReference } from "#domain/settings/secret-reference.ts";
import { describeCallError } from "#server/io/outgoing.ts";
import { type Posted, postJson } from "#server/io/post.ts";
import type { Secrets } from "#server/io/secrets.ts";
import { redact, Sensitive } from "#server/io/sensitive.ts";
import type { UrlPolicy } from "#server/io/url-policy.ts";
import { type Message, toMessage, toTestMessage, toWebhookBody } from "./message.ts";
import { signBody } from "./sign.ts";
import { toSlackBody } from "./slack.ts";

export interface Sent {
  /** `refused`: this one will never be taken, others may be. */
  readonly outcome: "delivered" | "refused" | "failed";
  /** A sentence with no word of the URL but its host. */
  readonly message: string;
  /** The first of the answer. Hostile input: show as text, and only to who may set the destination. */
  readonly answer: string;
}

export interface Sender {
  /** Never throws. When the signal is aborted it may have arrived all the same. */
  send(destination: Destination, notification: { readonly id: string; readonly notice: Notice }, signal: AbortSignal): Promise<Sent>;
  /** A message that says that it is a test, and who asked for it. */
  sendTest(destination: Destination, by: string): Promise<Sent>;
}

interface SenderInput {
  readonly policy: UrlPolicy;
  readonly secrets: Secrets;
  /** The origin at which people open the console. */
  readonly consoleUrl: string;
  /** For one try. */
  readonly deadlineMs?: number;
}

const keyLengthMin = 16;
const answerBytesMax = 500;
/** The receiver has understood who asks, and says that what is asked is wrong. */
const refusing: ReadonlySet<number> = new Set([400, 413, 415, 422]);

export function createSender({ policy, secrets, consoleUrl, deadlineMs = 10_000 }: SenderInput): Sender {
  async function post(destination: Destination, message: Message, signal?: AbortSignal): Promise<Sent> {
    const deadline = AbortSignal.timeout(deadlineMs);
    let host = "The destination";
    try {
      const url = await readUrl(destination.url, secrets);
      host = url.host;
      const { body, headers } = await write(destination, message, secrets);
      const posted = await postJson({ url, headers, body, answerBytesMax }, policy, signal ? AbortSignal.any([deadline, signal]) : deadline);
      return toSent(host, posted, isSecretReference(destination.url) ? url : null);
    } catch (error) {
      const words = deadline.aborted ? `${host} gave no answer within ${deadlineMs / 1_000} s.` : describeCallError(host, error);
      return { outcome: "failed", message: words, answer: "" };
    }
  }
  return {
    send: (destination, { id, notice }, signal) => post(destination, toMessage(id, notice, consoleUrl), signal),
    sendTest: (destination, by) => post(destination, toTestMessage(uuid(), { by, at: Date.now() }, consoleUrl)),
  };
}

async function write(destination: Destination, message: Message, secrets: Secrets): Promise<{ body: string; headers: Record<string, string> }> {
  if (destination.kind === "slack") return { body: toSlackBody(message), headers: {} };
  const body = toWebhookBody(message);
  const key = await secrets.read(destination.key);
  if (key.reveal().length < keyLengthMin)
    throw new Failure(
      "invalid",
      `${destination.key} holds less than ${keyLengthMin} characters. Put a longer key there, for example from: openssl rand -hex 32`,
    );
  const signature = signBody(body, key, Math.floor(Date.now() / 1_000));
  return { body, headers: { "tideline-signature": signature, "idempotency-key": message.id } };
}

async function readUrl(url: string, secrets: Secrets): Promise<URL> {
  if (!isSecretReference(url)) return new URL(url);
  const text = (await secrets.read(url)).reveal();
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new Failure("invalid", `${url} holds no http or https URL. Put the webhook's whole address there.`);
}

/** `secretUrl`: one of which an answer may repeat no more than the host, though servers like to name the path they do not know. */
function toSent(host: string, { status, answer }: Posted, secretUrl: URL | null): Sent {
  const good = status >= 200 && status < 300;
  const hint = status >= 300 && status < 400 ? " Redirects are not followed: give the final URL." : "";
  const words = secretUrl ? redact(answer, ...partsOf(secretUrl)) : answer;
  return { outcome: good ? "delivered" : refusing.has(status) ? "refused" : "failed", message: `${host} answered ${status}.${hint}`, answer: words };
}

function partsOf({ pathname, searchParams }: URL): Sensitive<string>[] {
  const parts = [pathname, ...pathname.split("/"), ...searchParams.values()];
  return parts.filter((part) => part.length > 3).map((part) => new Sensitive(part));
}
