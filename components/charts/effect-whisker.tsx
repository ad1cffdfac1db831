import type { Effect } from "#domain/evidence/effect.ts";
import { formatEffect, RATIO_SHOWN_MAX } from "./evidence-text.ts";

const WIDTH = 132;
const HEIGHT = 18;
const PAD = 7;
const MIDDLE = HEIGHT / 2;
const decades = [0.1, 10];

/** The ratio new to old and what no look has ruled out, on a log axis around 1×. An end that is open has an arrow. */
export function EffectWhisker({ effect }: { effect: Effect | null }) {
  const known = effect !== null && (effect.ratio !== null || effect.low > 0 || effect.high !== null);
  return (
    <svg
      role="img"
      aria-label={`New to old: ${formatEffect(effect)}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      className="block"
    >
      {decades.map((ratio) => (
        <line key={ratio} x1={x(ratio)} x2={x(ratio)} y1={MIDDLE - 3} y2={MIDDLE + 3} stroke="var(--line-strong)" />
      ))}
      <line x1={PAD} x2={WIDTH - PAD} y1={MIDDLE} y2={MIDDLE} stroke="var(--line)" />
      <line x1={x(1)} x2={x(1)} y1={1} y2={HEIGHT - 1} stroke="var(--ink-soft)" />
      {known ? <Interval effect={effect} /> : null}
    </svg>
  );
}

function Interval({ effect: { ratio, low, high } }: { effect: Effect }) {
  const [from, to] = [x(low), x(high ?? Number.POSITIVE_INFINITY)];
  const colour = low > 1 ? "var(--bad)" : "var(--release-new)";
  return (
    <g stroke={colour} fill={colour}>
      <line x1={from} x2={to} y1={MIDDLE} y2={MIDDLE} strokeWidth="2" />
      {isInside(low) ? <line x1={from} x2={from} y1={MIDDLE - 4} y2={MIDDLE + 4} strokeWidth="2" /> : <Arrow at={from} towards={-1} />}
      {high !== null && isInside(high) ? <line x1={to} x2={to} y1={MIDDLE - 4} y2={MIDDLE + 4} strokeWidth="2" /> : <Arrow at={to} towards={1} />}
      {ratio === null ? null : <circle cx={x(ratio)} cy={MIDDLE} r="3.5" stroke="var(--surface)" strokeWidth="1" />}
    </g>
  );
}

function Arrow({ at, towards }: { at: number; towards: 1 | -1 }) {
  return <path d={`M${at} ${MIDDLE - 4}l${5 * towards} 4l${-5 * towards} 4z`} stroke="none" />;
}

function isInside(ratio: number): boolean {
  return ratio > 1 / RATIO_SHOWN_MAX && ratio < RATIO_SHOWN_MAX;
}

function x(ratio: number): number {
  const within = Math.min(RATIO_SHOWN_MAX, Math.max(1 / RATIO_SHOWN_MAX, ratio));
  return PAD + ((Math.log(within) / Math.log(RATIO_SHOWN_MAX) + 1) / 2) * (WIDTH - 2 * PAD);
}
