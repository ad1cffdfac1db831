import fc from "fast-check";
import { expect, test } from "vitest";
import type { CountedRelease } from "#domain/source-interval.ts";
import type { Series } from "./answer.ts";
import { countCounters, historyKey } from "./count.ts";
import { lookFrom, type Stretch } from "./queries.ts";

const idle: CountedRelease = { releaseId: "n", name: "1.1", arm: "new", servesSince: null };

/** A run of intervals over counters that begin, fail to be scraped, begin again and end; nothing is ever counted twice. */
test("over many intervals no event is counted twice, and none is lost where every scrape succeeded", () => {
  const event = fc.record({ requests: fc.nat(20), failed: fc.nat(3), restarts: fc.boolean(), scraped: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.array(event, { minLength: 40, maxLength: 40 }), { minLength: 1, maxLength: 3 }), fc.boolean(), (targets, isPerfect) => {
      const lives = targets.map((events, index) => live(events, `i${index}`, isPerfect));
      let counted = 0;
      let countedBad = 0;
      for (let number = 2; number <= 8; number += 1) {
        const asked: Stretch = { from: (number - 1) * 5_000, to: number * 5_000 };
        const total = lives.map((each) => within(each.total, asked));
        const bad = lives.map((each) => within(each.bad, asked));
        const known = new Set(lives.flatMap((each) => [each.total, each.bad].filter((all) => isKnown(all, asked)).map(historyKey)));
        const { counts } = countCounters([{ release: idle, total: keepSeen(total), bad: keepSeen(bad), known }], asked);
        counted += counts?.["n"]?.total ?? 0;
        countedBad += counts?.["n"]?.bad ?? 0;
      }
      const happened = lives.reduce((sum, each) => sum + each.requests, 0);
      const failed = lives.reduce((sum, each) => sum + each.failed, 0);
      expect(counted).toBeLessThanOrEqual(happened);
      expect(countedBad).toBeLessThanOrEqual(failed);
      if (isPerfect) expect([counted, countedBad]).toEqual([happened, failed]);
    }),
    { numRuns: 500 },
  );
});

interface Life {
  readonly total: Series;
  readonly bad: Series;
  /** After the 5th second, where the first interval begins; where scrapes fail, all: what was first seen late was not seen before. */
  readonly requests: number;
  readonly failed: number;
}

/** Second by second: events happen, then it is scraped. A failure's counter is made with the first failure. */
function live(
  events: readonly { requests: number; failed: number; restarts: boolean; scraped: boolean }[],
  instance: string,
  isPerfect: boolean,
): Life {
  const total: [number, number][] = [];
  const bad: [number, number][] = [];
  let [requests, failed, allRequests, allFailed] = [0, 0, 0, 0];
  for (const [index, event] of events.entries()) {
    if (event.restarts && !isPerfect) [requests, failed] = [0, 0];
    const failures = Math.min(event.failed, event.requests);
    requests += event.requests;
    failed += failures;
    if (index + 1 > 5 || !isPerfect) [allRequests, allFailed] = [allRequests + event.requests, allFailed + failures];
    if (!event.scraped && !isPerfect) continue;
    total.push([index + 1, requests]);
    if (failed > 0) bad.push([index + 1, failed]);
  }
  return { total: series(total, { instance, kind: "all" }), bad: series(bad, { instance, code: "500" }), requests: allRequests, failed: allFailed };
}

/** What the query for samples gives. */
function within(all: Series, asked: Stretch): Series {
  return { ...all, samples: all.samples.filter(([at]) => at >= lookFrom(asked) && at <= asked.to) };
}

/** What the query for history gives. */
function isKnown(all: Series, asked: Stretch): boolean {
  return all.samples.some(([at]) => at <= lookFrom(asked));
}

function keepSeen(all: readonly Series[]): Series[] {
  return all.filter(({ samples }) => samples.length > 0);
}

/** Seconds and values. */
function series(samples: readonly (readonly [number, number])[], labels: Record<string, string>): Series {
  return { key: JSON.stringify(labels), labels, samples: samples.map(([at, value]) => [at * 1_000, value]) };
}
