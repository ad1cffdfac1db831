import { type EvidenceLabel, formatFactor, labelEvidence, leansBad, leansHard } from "#components/charts/evidence-text.ts";
import { formatActor } from "#domain/actor.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { requestsNeeded } from "#domain/evidence/baseline.ts";
import type { CoursePoint, EvidenceCourse, MetricCourse } from "#domain/evidence/course.ts";
import { logSumExp } from "#domain/evidence/sequential.ts";
import { settingsOf } from "#domain/evidence/settings.ts";
import { metricOf, testsOf, weightOf } from "#domain/evidence/verdict.ts";
import { metricText } from "#domain/evidence/words.ts";
import type { EvidenceState, MetricEvidence, MetricName } from "#domain/metric.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";

/** Everything the screen knows of the evidence on a rollout, all metrics under one alpha. */
export interface WholeEvidence {
  /** The sum of the weighted e-values decides here: ln(1/alpha). */
  readonly lnThreshold: number;
  readonly lnSum: number;
  /** In the order in which they are judged; empty before the first look. */
  readonly metrics: readonly JudgedMetric[];
  readonly unjudged: readonly UnjudgedMetric[];
  readonly points: readonly CoursePoint[];
  readonly decidesInMs: number | null;
}

export interface JudgedMetric extends Pick<MetricCourse, "effect" | "weight"> {
  readonly evidence: MetricEvidence;
  /** Who went on against it, when and why; null unless overridden, or while that event is not loaded. */
  readonly override: Override | null;
}

interface Override {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** A metric that the plan names and that is not compared. */
export interface UnjudgedMetric {
  readonly name: string;
  readonly reason: string;
}

export interface EvidenceInput {
  readonly rollout: Rollout;
  /** As the engine sees it now. */
  readonly live: readonly MetricEvidence[];
  /** Null while it is read. */
  readonly course: EvidenceCourse | null;
  readonly events: readonly RolloutEvent[];
}

/** Brings together what was recorded, what is seen now and how it came about; null where the plan judges by nothing. */
export function gatherEvidence({ rollout, live, course, events }: EvidenceInput): WholeEvidence | null {
  const settings = settingsOf(rollout);
  if (settings === null) return null;
  const names = [...new Set([...testsOf(settings).map(metricOf), ...(Object.keys(settings.bounds) as MetricName[])])];
  const metrics = names.flatMap((name): JudgedMetric[] => {
    const known = course?.metrics.find(({ evidence }) => evidence.metric === name);
    const evidence = shownEvidence(rollout, {
      recorded: rollout.evidence[name],
      live: live.find(({ metric }) => metric === name),
      last: known?.evidence,
    });
    if (!evidence) return [];
    return [{ evidence, effect: known?.effect ?? null, weight: weightOf(settings, name), override: overrideOf(evidence, events) }];
  });
  const lnThreshold = Math.log(1 / settings.alpha);
  // What was found bad is no part of the sum any more: after it the sum is of no use until a person goes on.
  const decidedAt = Math.max(...metrics.map(({ evidence }) => (evidence.state === "bad" ? evidence.at : Number.NEGATIVE_INFINITY)));
  const points = course?.points ?? [];
  return {
    lnThreshold,
    lnSum: course?.points.at(-1)?.lnSum ?? lnSumOf(metrics, lnThreshold),
    metrics,
    unjudged: unjudgedOf(rollout),
    points: decidedAt === Number.NEGATIVE_INFINITY ? points : points.filter(({ at }) => at <= decidedAt),
    decidesInMs: isTerminal(rollout.status) ? null : (course?.decidesInMs ?? null),
  };
}

interface Sources {
  readonly recorded: MetricEvidence | undefined;
  readonly live: MetricEvidence | undefined;
  readonly last: MetricEvidence | undefined;
}

/** The course is read every few seconds. Left further behind than this, it is not what is seen now. */
const INTERVALS_BEHIND_MAX = 5;

/**
 * Only a changed verdict is an event, so the record of a rollout holds the numbers of its last change. A verdict that
 * decided keeps those, so that the page shows what the event says. Any other has the state that is seen now, and the
 * numbers of the same moment as the sum; of an ended rollout, as its last interval left it.
 */
function shownEvidence({ status }: Pick<Rollout, "status">, { recorded, live, last }: Sources): MetricEvidence | null {
  if (recorded?.state === "bad" || recorded?.state === "overridden") return recorded;
  if (!isTerminal(status)) {
    const now = live ?? recorded ?? last ?? null;
    if (!now || !last || now.intervals - last.intervals > INTERVALS_BEHIND_MAX) return now;
    return { ...last, state: now.state };
  }
  // The intervals may be gone; the recorded counts are then the better ones.
  if (!recorded || !last || last.old.total < recorded.old.total) return recorded ?? null;
  return { ...last, state: recorded.state };
}

function overrideOf({ metric, state }: MetricEvidence, events: readonly RolloutEvent[]): Override | null {
  if (state !== "overridden") return null;
  const found = events.findLast((event) => event.type === "evidence.overridden" && event.metric === metric);
  return found?.type === "evidence.overridden" ? { by: formatActor(found.actor), reason: found.reason, at: found.at } : null;
}

/** Until the course is read: what the metrics themselves add up to. Their weights stand in their thresholds. */
function lnSumOf(metrics: readonly JudgedMetric[], lnThreshold: number): number {
  const open = metrics.filter(({ evidence }) => !evidence.gauge && evidence.state !== "bad" && evidence.state !== "overridden");
  return open.length === 0 ? 0 : logSumExp(open.map(({ evidence }) => evidence.lnE - evidence.lnThreshold + lnThreshold));
}

function unjudgedOf({ plan, baseline }: Rollout): UnjudgedMetric[] {
  if (plan.metrics === false) return [];
  const known = baseline?.requests ?? 0;
  const quantiles = plan.metrics.latency.filter((name) => baseline?.bins[name] === undefined);
  return quantiles.map((name) => ({
    name: `Latency ${name}`,
    reason: `${known.toLocaleString("en-US")} ${known === 1 ? "request was" : "requests were"} known before the start; a threshold takes ${requestsNeeded(name).toLocaleString("en-US")}.`,
  }));
}

export interface WholeReading extends EvidenceLabel {
  /** "1.8×: not enough to act (needs 1,000×)". */
  readonly text: string;
  readonly decided: boolean;
}

/** What all metrics say together: bad is latched, then what could not be judged, then where it leans. */
export function readWhole(whole: WholeEvidence | null): WholeReading {
  if (whole === null)
    return { label: "Off", tone: "neutral", text: "The plan judges by no evidence: gates open by time and health alone.", decided: false };
  const { metrics, lnSum, lnThreshold } = whole;
  const named = (state: MetricEvidence["state"]) => metrics.filter(({ evidence }) => evidence.state === state).map(({ evidence }) => evidence);
  const [factor, needs] = [formatFactor(lnSum), formatFactor(lnThreshold)];
  if (metrics.length === 0)
    return { label: "Nothing yet", tone: "neutral", text: "The comparison begins with the first requests to the new release.", decided: false };
  const bad = named("bad");
  if (bad.length > 0)
    return { label: "Bad", tone: "bad", text: `The new release is worse on ${nameMetrics(bad)}: the sum reached ${needs}.`, decided: true };
  const blind = named("blind");
  if (blind.length > 0)
    return {
      label: "Blind",
      tone: "warn",
      text: `The metrics source is silent on ${nameMetrics(blind)}: nothing is judged by it, and nothing counts as good.`,
      decided: false,
    };
  if (named("overridden").length === metrics.length)
    return { label: "Overridden", tone: "warn", text: "Every metric was overridden by a person: nothing acts any more.", decided: false };
  const over = named("over");
  if (over.length > 0) {
    const text = `${factor}: ${leanText(lnSum, needs)}; ${nameMetrics(over)} ${over.length === 1 ? "is" : "are"} above the bound, which holds the gate and never rolls back.`;
    return { label: "Above a bound", tone: "warn", text, decided: false };
  }
  const insufficient = named("insufficient");
  const state = insufficient.length > 0 ? "insufficient" : "good";
  const shownHarmless = metrics.every(({ evidence }) => evidence.shownHarmless || evidence.gauge);
  return {
    ...labelEvidence({ state, lnE: lnSum, shownHarmless }),
    text: `${factor}: ${leanText(lnSum, needs)}${missingText(insufficient)}`,
    decided: false,
  };
}

function leanText(lnSum: number, needs: string): string {
  if (leansHard(lnSum)) return `speaks against the new release, not enough to act (needs ${needs})`;
  return leansBad(lnSum) ? `leans against the new release, far from enough to act (needs ${needs})` : `not enough to act (needs ${needs})`;
}

function missingText(insufficient: readonly MetricEvidence[]): string {
  return insufficient.length === 0 ? "." : `; too little was seen to tell of ${nameMetrics(insufficient)}.`;
}

/** "errors", "errors and latency p99", "latency p50, p99 and p99.9". */
export function nameMetrics(metrics: readonly Pick<MetricEvidence, "metric">[]): string {
  const names = metrics.map(({ metric }) => metricText(metric));
  const short = names.map((name, index) =>
    index > 0 && name.startsWith("latency ") && names[index - 1]?.startsWith("latency ") ? name.slice(8) : name,
  );
  return short.length < 3 ? short.join(" and ") : `${short.slice(0, -1).join(", ")} and ${short.at(-1)}`;
}

const loudest: Readonly<Partial<Record<EvidenceState, number>>> = {
  bad: Number.POSITIVE_INFINITY,
  over: Number.MAX_VALUE,
  overridden: Number.NEGATIVE_INFINITY,
};

/** The metric that speaks loudest against the release: one that was found bad, or the largest part of the sum. */
export function worstMetric(whole: WholeEvidence | null): JudgedMetric | null {
  const loudness = ({ evidence: { state, lnE, lnThreshold } }: JudgedMetric) => loudest[state] ?? lnE - lnThreshold;
  return whole?.metrics.reduce<JudgedMetric | null>((worst, metric) => (worst && loudness(worst) >= loudness(metric) ? worst : metric), null) ?? null;
}

/** Whether going on is a person's own judgement against what the counts say. */
export function speaksAgainst(whole: WholeEvidence | null): boolean {
  return whole !== null && (leansBad(whole.lnSum) || whole.metrics.some(({ evidence }) => evidence.state === "bad" || evidence.state === "over"));
}
