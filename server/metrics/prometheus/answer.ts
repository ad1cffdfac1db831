import { z } from "zod";
import type { SourceProblem, SourceProblemCode } from "#domain/source-interval.ts";

/** What came back over HTTP, whole. */
export interface HttpAnswer {
  readonly host: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Labels in a canonical text, and samples by time. */
export interface Series {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970 and value, oldest first, one for each time. */
  readonly samples: readonly (readonly [at: number, value: number])[];
}

/** A result, or why there is none. */
export type Parsed = { readonly series: readonly Series[]; readonly problem: null } | { readonly series: null; readonly problem: SourceProblem };

const seriesMax = 10_000;
const wordsMax = 200;

const Sample = z.tuple([z.number(), z.string()]);
const Labels = z.record(z.string(), z.string());
const Success = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("matrix"), result: z.array(z.object({ metric: Labels, values: z.array(Sample) })) }),
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: Labels, value: Sample })) }),
    z.object({ resultType: z.literal("scalar"), result: Sample }),
  ]),
});
const Refused = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/**
 * Reads an answer of `/api/v1/query` (Prometheus HTTP API). Whatever is not wholly what was asked for is a problem: an
 * answer with warnings may lack series, and half a count would be taken for a good one.
 */
export function parseAnswer(answer: HttpAnswer): Parsed {
  const { host, status, contentType } = answer;
  if (status >= 300 && status < 400)
    return problem("redirected", `${host} sends elsewhere (${status}). Redirects are not followed: give the final URL.`);
  if (status === 401 || status === 403) return problem("refused", `${host} lets nobody in like this (${status}). Check the authentication.`);
  const json = parseJson(answer.text);
  const refused = Refused.safeParse(json);
  if (refused.success) return explainRefusal(host, refused.data);
  if (status >= 500 || status === 429) return problem("unavailable", `${host} answered ${status}. Look at it, or ask less often.`);
  const parsed = Success.safeParse(json);
  if (status !== 200 || !parsed.success)
    return problem(
      "not-prometheus",
      `${host} answered ${status} with ${shorten(contentType) || "no type"}, which is no answer of Prometheus. Give the URL where its API begins.`,
    );
  const { data, warnings = [] } = parsed.data;
  if (warnings.length > 0) return problem("warned", `${host} warns that its answer may not be whole: ${shorten(warnings.join("; "))}`);
  return toSeries(host, data);
}

type Data = z.infer<typeof Success>["data"];

function toSeries(host: string, data: Data): Parsed {
  const rows = rowsOf(data);
  if (rows.length > seriesMax)
    return problem(
      "too-many",
      `${host} gave ${rows.length} series, at most ${seriesMax} are read. Sum them by a recording rule, or by a query with {{window}}.`,
    );
  const series = new Map<string, Series>();
  for (const { labels, samples } of rows) {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    // Later ones win, of one time and of one name alike.
    const values = new Map([...(series.get(key)?.samples ?? []), ...samples.map(([at, text]) => [at * 1_000, toNumber(text)] as const)]);
    const sorted = [...values].sort(([a], [b]) => a - b);
    if (sorted.some(([at, value]) => !Number.isFinite(at) || !Number.isFinite(value)))
      return problem(
        "not-a-number",
        `${host} gave a value that is no number (${samples.map(([, text]) => shorten(text)).find((text) => !Number.isFinite(toNumber(text)))}). A division by nothing does that: guard the query.`,
      );
    series.set(key, { key, labels, samples: sorted });
  }
  return { series: [...series.values()], problem: null };
}

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, string])[];
}

function rowsOf(data: Data): Row[] {
  switch (data.resultType) {
    case "matrix":
      return data.result.map(({ metric, values }) => ({ labels: metric, samples: values }));
    case "vector":
      return data.result.map(({ metric, value }) => ({ labels: metric, samples: [value] }));
    case "scalar":
      return [{ labels: {}, samples: [data.result] }];
  }
}

/** `+Inf` and `NaN` are what Prometheus writes; nothing else that is no number is one. */
function toNumber(text: string): number {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

function explainRefusal(host: string, { errorType, error }: z.infer<typeof Refused>): Parsed {
  const words = shorten(error);
  if (errorType === "timeout" || errorType === "canceled") return problem("slow", `${host} gave up on the query: ${words}`);
  if (errorType === "bad_data" || errorType === "execution") return problem("query", `${host} cannot answer the query: ${words}`);
  return problem("unavailable", `${host} says ${shorten(errorType)}: ${words}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A stranger's words, bounded and on one line. */
function shorten(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, wordsMax);
}

function problem(code: SourceProblemCode, message: string): Parsed {
  return { series: null, problem: { code, message } };
}
