import { z } from "zod";
import { Failure } from "../failure.ts";
import { problemsOf } from "../problems.ts";

/** Seconds of a week: seven times what a rollout plans for at most. */
const intervalsMax = 604_800;
const strataMax = 100;
const metricsMax = 100;
const gridMax = 100;
/** Far from where doubles give out. */
const countMin = 1e-9;
const countMax = 1e15;
const factorMax = 1e6;

/** Events and trials of the old release, then of the new one. Fractions are allowed. */
export type Counts = [ka: number, na: number, kb: number, nb: number];
/** One row, or one for each zone that is compared within itself. */
export type ReplayInterval = Counts | Counts[];

const share = (what: string) => {
  const error = `Use ${what} between 0 and 1.`;
  return z.number({ error }).gt(0, { error }).max(1, { error });
};

const factorError = "Use a number above 1: how many times worse than allowed.";
const Grid = z
  .array(z.number({ error: factorError }).gt(1, { error: factorError }).max(factorMax, { error: "Use at most 1,000,000." }), {
    error: "List the alternatives, such as [1.5, 2, 3].",
  })
  .min(1, { error: "List at least one alternative, or leave the grid out." })
  .max(gridMax, { error: "List at most 100 alternatives." });

const plannedError = "Use the whole number of intervals over which bets are opened, or null to open all of them at the start.";
const marginError = "Use a number from 0.000001 to 1,000,000: how many times the old release's rate is tolerated.";

const metricFields = {
  form: z.enum(["split", "projection", "ceiling"], { error: 'Use "split", "projection" or "ceiling".' }).default("split"),
  omega0: z
    .number({ error: marginError })
    .min(1 / factorMax, { error: marginError })
    .max(factorMax, { error: marginError })
    .optional(),
  eps: z
    .number({ error: "Use a rate from 0 to 1 that is tolerated on top." })
    .min(0, { error: "Use 0 or more." })
    .max(1, { error: "Use at most 1." })
    .optional(),
  pmax: share("the allowed rate").optional(),
  planned: z.int({ error: plannedError }).min(1, { error: plannedError }).nullable(),
  grid: Grid.optional(),
  weight: share("the part of alpha").default(1),
  smallestEffect: z
    .number({ error: "Use a number above 1: how many times as bad a release must be found." })
    .gt(1, { error: "Use a number above 1." })
    .max(factorMax, { error: "Use at most 1,000,000." })
    .default(3),
  intervals: z.custom<ReplayInterval[]>(Array.isArray, { error: "List the intervals, each [ka, na, kb, nb]." }).superRefine((intervals, context) => {
    for (const { path, message } of problemsOfIntervals(intervals)) context.addIssue({ code: "custom", path, message });
  }),
};

const Metric = z.strictObject(metricFields).superRefine(requireFieldsOfForm);
export type ReplayMetric = z.output<typeof Metric>;
/** As it may be written down: what has a default may be missing. */
export type ReplayMetricInput = Readonly<z.input<typeof Metric>>;

const Alpha = z
  .number({ error: "Use the chance of a false alarm, such as 0.001." })
  .gt(0, { error: "Use more than 0." })
  .lt(1, { error: "Use less than 1." });
const metricName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const OneMetric = z.strictObject({ alpha: Alpha, ...metricFields }).superRefine(requireFieldsOfForm);
const AllMetrics = z.strictObject({
  alpha: Alpha,
  metrics: z
    .record(z.string(), Metric, { error: 'Name each metric: {"errors": {…}}.' })
    .superRefine(requireNames)
    .refine((metrics) => Object.keys(metrics).length > 0, { error: "Name at least one metric." })
    .refine((metrics) => Object.keys(metrics).length <= metricsMax, { error: "At most 100 metrics." }),
});

/** What `npm run evidence` reads: one metric, or all of a rollout; docs/evidence.md explains every field. */
export type ReplayInput = (ReplayMetric & { readonly alpha: number }) | ReplayRollout;
export type ReplayRollout = z.output<typeof AllMetrics>;

/** The file's content, or the Failure that says what is wrong where. */
export function parseReplay(input: unknown): ReplayInput | Failure {
  const isAll = typeof input === "object" && input !== null && "metrics" in input;
  const parsed = (isAll ? AllMetrics : OneMetric).safeParse(input);
  return parsed.success ? parsed.data : new Failure("invalid", "This is not a file of evidence.", problemsOf(parsed.error));
}

interface Formed {
  readonly form: "split" | "projection" | "ceiling";
  readonly omega0?: number | undefined;
  readonly eps?: number | undefined;
  readonly pmax?: number | undefined;
  readonly intervals: readonly ReplayInterval[];
}

/** The name is printed. */
function requireNames(metrics: object, context: z.RefinementCtx): void {
  if (!Object.keys(metrics).every((name) => metricName.test(name)))
    context.addIssue({ code: "custom", message: "Name metrics with letters, digits, dots, dashes and underscores." });
}

/** What one form needs, the others do without. */
function requireFieldsOfForm(metric: Formed, context: z.RefinementCtx): void {
  const need = (field: "omega0" | "eps" | "pmax", why: string) => {
    if (metric[field] === undefined) context.addIssue({ code: "custom", path: [field], message: why });
  };
  if (metric.form === "ceiling") {
    need("pmax", "The ceiling needs the rate that is allowed, such as 0.01.");
    return;
  }
  need("omega0", "Say how many times the old release's rate is tolerated: 1.1 for a tenth more.");
  need("eps", "Say which rate is tolerated on top: 0.0001, or 0 for none.");
  if (metric.form === "split") return;
  if ((metric.omega0 ?? 1) < 1) context.addIssue({ code: "custom", path: ["omega0"], message: "The projection form needs 1 or more." });
  for (const [index, interval] of metric.intervals.entries()) {
    const isPossible = rowsOf(interval).every(([ka, na, kb, nb]) => ka <= na && kb <= nb);
    if (!isPossible)
      context.addIssue({ code: "custom", path: ["intervals", index], message: "The projection form needs as many trials as events, or more." });
  }
}

/** The rows of an interval, one for each stratum. */
export function rowsOf(interval: ReplayInterval): readonly Counts[] {
  return isOneRow(interval) ? [interval] : interval;
}

function isOneRow(interval: ReplayInterval): interval is Counts {
  return typeof interval[0] === "number";
}

interface RowProblem {
  readonly path: number[];
  readonly message: string;
}

/** More of the same helps nobody. */
const rowProblemsMax = 100;
const notARow = "Use four numbers: events of the old release, its trials, events of the new release, its trials.";

/** By hand, not by schema: there may be a million rows. */
function problemsOfIntervals(intervals: readonly unknown[]): RowProblem[] {
  if (intervals.length > intervalsMax) return [{ path: [], message: "At most 604,800 intervals: a week of seconds." }];
  const problems: RowProblem[] = [];
  for (const [index, interval] of intervals.entries()) {
    if (problems.length >= rowProblemsMax) break;
    const isZones = Array.isArray(interval) && interval.length > 0 && interval.every(Array.isArray);
    if (!isZones) problems.push(...problemsOfRow(interval, [index]));
    else if (interval.length > strataMax) problems.push({ path: [index], message: "An interval has at most 100 zones." });
    else for (const [zone, row] of interval.entries()) problems.push(...problemsOfRow(row, [index, zone]));
  }
  return problems;
}

function problemsOfRow(row: unknown, path: number[]): RowProblem[] {
  if (!Array.isArray(row) || row.length !== 4) return [{ path, message: notARow }];
  return row.flatMap((count: unknown, index) => {
    if (typeof count === "number" && (count === 0 || (count >= countMin && count <= countMax))) return [];
    return [{ path: [...path, index], message: "Use a finite number: 0, or from 1e-9 to 1e15." }];
  });
}
