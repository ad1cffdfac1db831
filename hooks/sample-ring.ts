import type { ReleaseSample } from "#domain/metric.ts";

/** The live window: one sample a second and release over five minutes. */
export const RING_WINDOW_MS = 300_000;
/** More releases than ever serve at once; what is beyond is dropped, oldest first. */
const RING_SAMPLES_MAX = 300 * 8;

/** Samples in order of time, one for each second and release; a later word on the same second replaces the earlier. */
export function addSamples(ring: readonly ReleaseSample[], incoming: readonly ReleaseSample[]): readonly ReleaseSample[] {
  if (incoming.length === 0) return ring;
  const newest = Math.max(ring.at(-1)?.at ?? 0, ...incoming.map((sample) => sample.at));
  const known = new Map<string, ReleaseSample>();
  for (const sample of [...ring, ...incoming]) if (sample.at > newest - RING_WINDOW_MS) known.set(`${sample.releaseId} ${sample.at}`, sample);
  return [...known.values()].sort((a, b) => a.at - b.at).slice(-RING_SAMPLES_MAX);
}
