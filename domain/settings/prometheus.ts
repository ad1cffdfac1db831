import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { Duration } from "../duration-schema.ts";
import { countAlike, countAlikeIssue, QueryTemplate } from "./query-template.ts";
import { SecretReference } from "./secret-reference.ts";

const urlError = "Give an http or https URL without a name, password, query or fragment, for example https://prometheus.internal:9090.";

/** Whole seconds, so that Prometheus can say them. */
function seconds(min: number, max: number) {
  const error = `Write whole seconds from "${min}s" to "${max}s".`;
  return Duration.refine((text) => isWholeSeconds(parseDuration(text), min, max), { error });
}

/** Two queries that count the same requests: those that failed, and all. */
export const CountTemplates = z.strictObject({ bad: QueryTemplate, total: QueryTemplate }).refine(countAlike, countAlikeIssue);

/** How a fleet's Prometheus is asked. `errors` replaces the balancer's count of failed requests; custom metrics are the plan's. */
export const PrometheusSettings = z.strictObject({
  source: z.literal("prometheus"),
  /** Where its API begins: `/api/v1/query` is added. */
  url: z
    .url({ protocol: /^https?$/, error: urlError })
    .max(2_048, { error: urlError })
    .refine(holdsNoSecret, { error: urlError }),
  auth: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("none") }),
      z.strictObject({ type: z.literal("bearer"), token: SecretReference }),
      z.strictObject({
        type: z.literal("basic"),
        user: z
          .string()
          .min(1, { error: "Give a user name." })
          .max(256)
          .regex(/^[^:\p{Cc}]+$/u, { error: "A user name has no colon." }),
        password: SecretReference,
      }),
    ])
    .default({ type: "none" }),
  errors: CountTemplates.nullable().default(null),
  /** Of the evaluation. At least twice the scrape interval, so that each holds a sample of every series. */
  interval: seconds(1, 300).default("30s"),
  /** Evaluated this long after its end, so that late scrapes are in. */
  delay: seconds(0, 300).default("5s"),
  /** For one answer. */
  timeout: seconds(1, 60).default("5s"),
  /** A longer answer is not read. */
  bytesMax: z
    .number({ error: "Give a number of bytes." })
    .int()
    .min(10_000, { error: "Allow at least 10,000 bytes." })
    .max(10_485_760, { error: "Allow at most 10 MiB." })
    .default(1_048_576),
});
export type PrometheusSettings = z.infer<typeof PrometheusSettings>;

/** The settings' durations in milliseconds. */
export function timesOf(settings: Pick<PrometheusSettings, "interval" | "delay" | "timeout">): {
  readonly windowMs: number;
  readonly delayMs: number;
  readonly timeoutMs: number;
} {
  const ms = (text: string) => parseDuration(text) ?? 0;
  return { windowMs: ms(settings.interval), delayMs: ms(settings.delay), timeoutMs: ms(settings.timeout) };
}

function isWholeSeconds(ms: number | null, min: number, max: number): boolean {
  return ms !== null && ms % 1_000 === 0 && ms >= min * 1_000 && ms <= max * 1_000;
}

function holdsNoSecret(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === "");
}
