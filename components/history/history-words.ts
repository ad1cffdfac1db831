import { formatDuration } from "#domain/duration.ts";
import type { Result } from "#domain/history/search.ts";

export const resultNames: Readonly<Record<Result, string>> = {
  open: "Not ended",
  trouble: "Trouble: failed or taken back",
  succeeded: "Succeeded",
  "rolled-back": "Rolled back",
  "rollback-failed": "Rollback failed",
  cancelled: "Cancelled",
  failed: "Failed",
  superseded: "Superseded",
};

/** Less than this is noise: "as predicted". */
const closeShare = 0.1;

/** "1.4× the 2 min predicted"; null where nothing was predicted. */
export function againstPrediction(tookMs: number, predictedMs: number | null): string | null {
  if (predictedMs === null || predictedMs <= 0) return null;
  const ratio = tookMs / predictedMs;
  const predicted = `${formatDuration(predictedMs)} predicted`;
  if (ratio >= 1 - closeShare && ratio <= 1 + closeShare) return `as the ${predicted}`;
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)}× the ${predicted}`;
}
