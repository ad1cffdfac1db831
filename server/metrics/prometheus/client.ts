import { type Agent, request } from "undici";
import { Failure } from "#domain/failure.ts";
import { type PrometheusSettings, timesOf } from "#domain/settings/prometheus.ts";
import type { SourceProblem, SourceProblemCode } from "#domain/source-interval.ts";
import { connectTo, describeCallError, readBounded, untilAborted } from "#server/io/outgoing.ts";
import type { Secrets } from "#server/io/secrets.ts";
import { redact, type Sensitive } from "#server/io/sensitive.ts";
import type { UrlPolicy } from "#server/io/url-policy.ts";
import { type HttpAnswer, type Parsed, parseAnswer } from "./answer.ts";

/** Thrown where nothing more can be asked: the same would come of every query. */
export class SourceDown extends Error {
  override readonly name = "SourceDown";
  readonly problem: SourceProblem;

  constructor(code: SourceProblemCode, message: string) {
    super(message);
    this.problem = { code, message };
  }
}

/** Problems of the server and not of one query. */
const downCodes: ReadonlySet<SourceProblemCode> = new Set(["slow", "refused", "redirected", "not-prometheus", "unavailable"]);
const connectionsMax = 4;

export interface PrometheusClient {
  /** Looks the host up, judges its address and reads the secret: once for all that is asked then. Throws SourceDown. */
  open(settings: PrometheusSettings, signal: AbortSignal): Promise<PrometheusSession>;
}

export interface PrometheusSession {
  /** Evaluates a query at a time. Throws SourceDown; what is wrong with the one query is in the answer. */
  query(promql: string, at: number, signal: AbortSignal): Promise<Parsed>;
  /** The server's clock less ours, as its last answer told it, in milliseconds; null when it told nothing. */
  skewMs(): number | null;
  close(): Promise<void>;
}

interface ClientInput {
  readonly policy: UrlPolicy;
  readonly secrets: Secrets;
}

export function createPrometheusClient({ policy, secrets }: ClientInput): PrometheusClient {
  return {
    open: async (settings, signal) => {
      const secret = await readSecret(settings, secrets);
      const url = new URL(settings.url);
      const end = AbortSignal.any([signal, AbortSignal.timeout(timesOf(settings).timeoutMs)]);
      const address = await untilAborted(policy.resolve(url), end).catch((error: unknown) => {
        throw new SourceDown("unreachable", describeCallError(url.host, error));
      });
      return openSession({ settings, url, secret, agent: connectTo(address, connectionsMax) });
    },
  };
}

async function readSecret({ auth }: PrometheusSettings, secrets: Secrets): Promise<Sensitive<string> | null> {
  if (auth.type === "none") return null;
  return secrets.read(auth.type === "bearer" ? auth.token : auth.password).catch((error: unknown) => {
    throw new SourceDown("secret", error instanceof Failure ? error.message : "The secret could not be read.");
  });
}

function authorizationOf({ auth }: PrometheusSettings, secret: Sensitive<string> | null): Record<string, string> {
  if (auth.type === "none" || secret === null) return {};
  if (auth.type === "bearer") return { authorization: `Bearer ${secret.reveal()}` };
  return { authorization: `Basic ${Buffer.from(`${auth.user}:${secret.reveal()}`).toString("base64")}` };
}

interface Opened {
  readonly settings: PrometheusSettings;
  readonly url: URL;
  readonly secret: Sensitive<string> | null;
  readonly agent: Agent;
}

function openSession({ settings, url, secret, agent }: Opened): PrometheusSession {
  const { timeoutMs } = timesOf(settings);
  const target = `${url.origin}${url.pathname.replace(/\/$/, "")}/api/v1/query`;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
    "user-agent": "tideline",
    ...authorizationOf(settings, secret),
  };
  let skewMs: number | null = null;

  /** Null: a longer answer than may be read. */
  async function ask(body: string, signal: AbortSignal): Promise<HttpAnswer | null> {
    const answer = await request(target, { method: "POST", headers, body, dispatcher: agent, signal });
    const date = Date.parse(String(answer.headers["date"]));
    skewMs = Number.isNaN(date) ? null : date - Date.now();
    const text = await readBounded(answer.body, settings.bytesMax);
    if (text === null) return null;
    return { host: url.host, status: answer.statusCode, contentType: String(answer.headers["content-type"] ?? ""), text };
  }

  /** A server's words may hold what it was sent. */
  function withoutSecret(problem: SourceProblem): SourceProblem {
    return { ...problem, message: redact(problem.message, secret) };
  }

  return {
    query: async (promql, at, signal) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      const body = new URLSearchParams({ query: promql, time: String(at / 1_000), timeout: `${timeoutMs}ms` }).toString();
      const answer = await ask(body, AbortSignal.any([deadline, signal])).catch((error: unknown) => {
        if (deadline.aborted || signal.aborted) throw new SourceDown("slow", `${url.host} gave no whole answer within ${settings.timeout}.`);
        throw new SourceDown("unreachable", describeCallError(url.host, error));
      });
      if (answer === null) return { series: null, problem: tooLarge(url.host, settings.bytesMax) };
      const parsed = parseAnswer(answer);
      if (parsed.problem === null) return parsed;
      const { code, message } = withoutSecret(parsed.problem);
      if (downCodes.has(code)) throw new SourceDown(code, message);
      return { series: null, problem: { code, message } };
    },
    skewMs: () => skewMs,
    close: () => agent.destroy(),
  };
}

function tooLarge(host: string, bytesMax: number): SourceProblem {
  return { code: "too-large", message: `${host} answered with more than ${bytesMax} bytes. Ask for fewer series, or allow more.` };
}
