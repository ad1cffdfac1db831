import { type EvidenceTone, filledOf, formatFactor } from "./evidence-text.ts";

interface EvidenceMeterProps {
  readonly lnE: number;
  /** Where it decides. */
  readonly lnThreshold: number;
  readonly tone: EvidenceTone;
  /** Full, whatever the value is now: it was decided. */
  readonly decided: boolean;
  /** The heading it belongs to. */
  readonly labelId: string;
  /** What it says, in a sentence. */
  readonly text: string;
}

const fills: Readonly<Record<EvidenceTone, string>> = { ok: "bg-ok", bad: "bg-bad", warn: "bg-warn", neutral: "bg-ink-faint" };
/** Of the bar: a value at or below 1× is still seen. */
const FILLED_MIN = 0.008;

/** How strongly the counts speak against the new release, on a log scale from 1 up to the point at which Tideline acts. */
export function EvidenceMeter({ lnE, lnThreshold, tone, decided, labelId, text }: EvidenceMeterProps) {
  const filled = decided ? 1 : filledOf(lnE, lnThreshold);
  const decades = decadesTo(lnThreshold);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be given a log scale and a text of its own
    <div role="meter" aria-labelledby={labelId} aria-valuemin={0} aria-valuemax={1} aria-valuenow={Number(filled.toFixed(3))} aria-valuetext={text}>
      <div className="relative h-4 overflow-hidden rounded-sm bg-sunken">
        <div className={`h-full ${fills[tone]}`} style={{ width: `${Math.max(filled, FILLED_MIN) * 100}%` }} />
        {decades.map(({ exponent, at }) => (
          <span key={exponent} className="absolute inset-y-0 w-px bg-surface" style={{ left: `${at * 100}%` }} />
        ))}
        <span className="absolute inset-y-0 right-0 w-0.5 bg-ink" />
      </div>
      <div aria-hidden className="numbers relative mt-0.5 h-4 text-ink-faint text-xs">
        <span className="absolute left-0">1×</span>
        {decades
          .filter(({ at }) => at < LABEL_AT_MAX)
          .map(({ exponent, at }) => (
            <span key={exponent} className="absolute -translate-x-1/2" style={{ left: `${at * 100}%` }}>
              {formatFactor(exponent * Math.LN10).replace(".0", "")}
            </span>
          ))}
        <span className="absolute right-0 font-medium text-ink-soft">acts at {formatFactor(lnThreshold)}</span>
      </div>
    </div>
  );
}

/** Further right is the label of the threshold. */
const LABEL_AT_MAX = 0.62;

/** Where 10×, 100×, … lie on the scale. */
function decadesTo(lnThreshold: number): { exponent: number; at: number }[] {
  const count = Math.floor(lnThreshold / Math.LN10 - 1e-9);
  return Array.from({ length: count }, (_, index) => ({ exponent: index + 1, at: ((index + 1) * Math.LN10) / lnThreshold }));
}
