import { countsByItself, fillTemplate } from "#domain/settings/query-template.ts";

/** The time after `from` up to `to`, in milliseconds since 1970; both are whole seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** So many lengths of a stretch before it an instance may have been scraped last: what it did since then is counted. */
const lookBackStretches = 3;
/** How far back a series is looked for that appears. */
const historyHours = 1;

export function stretchOf(number: number, windowMs: number): Stretch {
  return { from: (number - 1) * windowMs, to: number * windowMs };
}

/** Where the samples begin that are looked at for a stretch. */
export function lookFrom({ from, to }: Stretch): number {
  return from - lookBackStretches * (to - from);
}

/**
 * What is asked at the end of a stretch. A template without `{{window}}` names counters: their samples are asked for as
 * they are, because `increase` makes up what lies between scrapes and misses the first event of a series that is made
 * with it.
 */
export function countQuery(template: string, release: string, stretch: Stretch): string {
  const query = fillTemplate(template, { release, windowSeconds: secondsOf(stretch) });
  return countsByItself(template) ? query : `${query}[${lookedSecondsOf(stretch)}s]`;
}

/** Which of a template's series there were before those samples. */
export function historyQuery(template: string, release: string, stretch: Stretch): string {
  const query = fillTemplate(template, { release, windowSeconds: secondsOf(stretch) });
  return `last_over_time(${query}[${historyHours}h] offset ${lookedSecondsOf(stretch)}s)`;
}

/** A plain number, as it is at the end of the stretch. */
export function valueQuery(template: string, release: string, stretch: Stretch): string {
  return fillTemplate(template, { release, windowSeconds: secondsOf(stretch) });
}

function secondsOf({ from, to }: Stretch): number {
  return (to - from) / 1_000;
}

function lookedSecondsOf(stretch: Stretch): number {
  return (stretch.to - lookFrom(stretch)) / 1_000;
}
