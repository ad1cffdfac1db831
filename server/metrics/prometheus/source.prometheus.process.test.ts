import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PrometheusSettings } from "#domain/settings/prometheus.ts";
import type { CountedRelease, SourceInterval } from "#domain/source-interval.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { bringUp, createTestFleet, createTestRelease, type LocalBench, startLocalBench, waitUntil } from "#server/testing/local-runtime.ts";
import { findPrometheus, startPrometheus, type TestPrometheus } from "#server/testing/prometheus.ts";
import { createPrometheusClient } from "./client.ts";
import { createPrometheusSource } from "./source.ts";

/**
 * A real Prometheus scrapes the example service, two releases of it side by side, that a real local runtime runs behind
 * its proxy. What the source counts must be what was sent, to the request.
 */
const program = await findPrometheus();
if (program === null) process.stderr.write("No Prometheus was found: install it, or give its path in PROMETHEUS_PATH. Its tests do not run.\n");

const greeter = fileURLToPath(new URL("../../../examples/greeter", import.meta.url));
const requests = 'greeter_requests_total{release="{{release}}"}';
/** A label that would end the query's string early. */
const badLabel = '1.3 "x"';
const failures = 'greeter_requests_total{release="{{release}}",code=~"5.."}';

/** By release name. */
type Sums = Record<string, { bad: number; total: number }>;

describe.runIf(program !== null).sequential("a real Prometheus", () => {
  let bench: LocalBench;
  let prometheus: TestPrometheus;
  let url: string;
  let releases: CountedRelease[];
  let after: number | null = null;
  const source = createPrometheusSource(
    createPrometheusClient({ policy: createUrlPolicy(["127.0.0.1"]), secrets: createSecrets({ env: {}, directories: [] }) }),
  );

  beforeAll(async () => {
    bench = await startLocalBench();
    await cp(greeter, join(bench.serviceDirectory), { recursive: true });
    const command = ["node", "server.mjs"];
    const good = await createTestRelease(bench.serviceDirectory, { command, name: "1.0", env: { GREETER_VERSION: "1.0" } });
    const bad = await createTestRelease(bench.serviceDirectory, {
      command,
      name: "1.3",
      env: { GREETER_VERSION: badLabel, GREETER_FAULT: "errors" },
    });
    const fleet = createTestFleet({ count: 3 });
    url = await bringUp(bench, fleet, good);
    const signal = AbortSignal.timeout(30_000);
    await bench.driver.replace(fleet, "i2", bad, "up/bad", { token: 1 }, signal);
    await waitUntil(async () => (await bench.driver.observe(fleet, signal)).i2?.ready === true, "the bad release is ready");
    await bench.balancer.restore(fleet, { instanceId: "i2", target: "unit", key: "up/bad", seen: null }, { token: 1 }, signal);
    // Long enough ago that silence of either would be a problem.
    const servesSince = Date.now() - 60_000;
    releases = [
      { releaseId: good.releaseId, name: good.name, arm: "old", servesSince },
      { releaseId: bad.releaseId, name: badLabel, arm: "new", servesSince },
    ];
    prometheus = await startPrometheus(program ?? "");
    const units = await bench.driver.observe(fleet, signal);
    await prometheus.scrape(Object.values(units).flatMap(({ unit }) => unit?.address ?? []));
    await waitUntil(async () => (await prometheus.query("count(up == 1)")) === "3", "three instances are scraped", 30_000);
  });
  afterAll(async () => {
    await prometheus?.close();
    await bench.close();
  });

  /** What is due now. Nothing is due for most of the time. */
  async function read(): Promise<readonly SourceInterval[]> {
    const settings = PrometheusSettings.parse({ source: "prometheus", url: prometheus.url, interval: "3s", delay: "1s", timeout: "1s" });
    const queries = [{ metric: "errors", bad: failures, total: requests } as const];
    const intervals = await source.readIntervals({ settings, queries, releases, after, now: Date.now() }, AbortSignal.timeout(20_000));
    after = intervals.at(-1)?.number ?? after;
    return intervals;
  }

  /** Reads until it is so; answers with every interval that came. */
  async function readUntil(isSo: (intervals: readonly SourceInterval[]) => boolean, what: string): Promise<readonly SourceInterval[]> {
    const seen: SourceInterval[] = [];
    await waitUntil(
      async () => {
        seen.push(...(await read()));
        return isSo(seen);
      },
      what,
      60_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)} Seen: ${seen.map(outcomeOf).join(" ")}`);
    });
    return seen;
  }

  /** Until an interval of nothing but silence was counted: what was sent before is in the ones before. */
  const isQuiet = (intervals: readonly SourceInterval[]) => {
    const last = intervals.at(-1);
    return last !== undefined && outcomeOf(last) === "counted" && Object.values(sum([last])).every(({ total }) => total === 0);
  };

  function sum(intervals: readonly SourceInterval[]): Sums {
    const sums: Sums = {};
    for (const { releaseId, name } of releases) {
      const counts = intervals.flatMap(({ metrics: { errors } }) => (errors?.type === "counts" ? (errors.counts[releaseId] ?? []) : []));
      sums[name] = counts.reduce((all, { bad, total }) => ({ bad: all.bad + bad, total: all.total + total }), { bad: 0, total: 0 });
    }
    return sums;
  }

  /** Sends so many, and tells how each release answered. Only the bad one fails, and it says nothing of itself then. */
  async function send(count: number): Promise<Sums> {
    const sums: Sums = Object.fromEntries(releases.map(({ name }) => [name, { bad: 0, total: 0 }]));
    for (let sent = 0; sent < count; sent += 1) {
      const answer = await fetch(url);
      const { version = badLabel } = await answer.json();
      const of = sums[version];
      if (!of) throw new Error(`Nobody knows release ${version}.`);
      of.total += 1;
      if (!answer.ok) of.bad += 1;
    }
    return sums;
  }

  test("is counted to the request, release by release", async () => {
    await readUntil(isQuiet, "an interval before the traffic is counted");
    const sent = await send(900);
    expect(sent[badLabel]?.bad).toBeGreaterThan(0);
    const intervals = await readUntil(isQuiet, "the traffic is over");
    expect(new Set(intervals.map(outcomeOf))).toEqual(new Set(["counted"]));
    expect(intervals.map(({ number }) => number)).toEqual(intervals.map((_, index) => (intervals[0]?.number ?? 0) + index));
    expect(sum(intervals)).toEqual(sent);
  });

  test("stopped in the middle, leaves its intervals missing; then it goes on, and nothing of the time between is counted", async () => {
    prometheus.pause();
    const blind = await readUntil((intervals) => intervals.filter((each) => outcomeOf(each) === "slow").length >= 2, "it does not answer");
    await send(100);
    await readUntil((intervals) => intervals.length >= 2, "the traffic is over");
    prometheus.resume();
    const back = await readUntil(isQuiet, "it is counted again");
    const outcomes = [...blind, ...back].map(outcomeOf);
    expect(new Set(outcomes)).toEqual(new Set(["counted", "slow", "gap"]));
    expect(sum(back)).toEqual(Object.fromEntries(releases.map(({ name }) => [name, { bad: 0, total: 0 }])));
    const sent = await send(300);
    expect(sum(await readUntil(isQuiet, "the traffic is over"))).toEqual(sent);
  });

  test("ended and started again does the same", async () => {
    await prometheus.stop();
    await readUntil((intervals) => intervals.some((each) => outcomeOf(each) === "unreachable"), "it cannot be reached");
    await send(100);
    await readUntil((intervals) => intervals.length >= 2, "the traffic is over");
    await prometheus.start();
    const back = await readUntil(isQuiet, "it is counted again");
    expect(sum(back)["1.0"]?.total).toBe(0);
    const sent = await send(300);
    expect(sum(await readUntil(isQuiet, "the traffic is over"))).toEqual(sent);
  });

  test("knows nothing of a release whose label is another: the interval is missing", async () => {
    const [first] = releases;
    const wrong = { ...first!, name: "9.9" };
    const settings = PrometheusSettings.parse({ source: "prometheus", url: prometheus.url, interval: "2s", delay: "1s" });
    const queries = [{ metric: "errors", bad: failures, total: requests } as const];
    const [interval] = await source.readIntervals(
      { settings, queries, releases: [wrong], after: null, now: Date.now() },
      AbortSignal.timeout(10_000),
    );
    expect(interval?.metrics.errors).toMatchObject({ type: "missing", problem: { code: "empty", message: expect.stringContaining("9.9") } });
  });

  test.each([
    ["a sum of counters, which it cannot give samples of", `sum(${requests})`, "query"],
    ["no query at all", `${requests} ${requests}`, "query"],
  ])("refuses %s, and its words are handed on", async (_, total, code) => {
    const settings = PrometheusSettings.parse({ source: "prometheus", url: prometheus.url, interval: "2s", delay: "1s" });
    const queries = [{ metric: "errors", bad: failures, total } as const];
    const [interval] = await source.readIntervals({ settings, queries, releases, after: null, now: Date.now() }, AbortSignal.timeout(10_000));
    expect(interval?.metrics.errors).toMatchObject({ type: "missing", problem: { code, message: expect.stringContaining("parse error") } });
  });

  test("counts an increase by itself, which is near what was sent", async () => {
    const windowMs = 10_000;
    // An increase begins at the interval's first sample: what is sent before that scrape is no part of it.
    const sinceBegun = () => Date.now() % windowMs;
    await waitUntil(() => sinceBegun() > 2_000 && sinceBegun() < 4_000, "an interval has begun, and every target was scraped in it", 2 * windowMs);
    const sent = await send(300);
    const end = Math.ceil(Date.now() / windowMs) * windowMs;
    await waitUntil(() => Date.now() > end + 1_000, "it is over", 2 * windowMs);
    const settings = PrometheusSettings.parse({ source: "prometheus", url: prometheus.url, interval: "10s", delay: "1s" });
    const total = `sum(increase(${requests}[{{window}}]))`;
    const queries = [{ metric: "errors", bad: total, total } as const];
    const [interval] = await source.readIntervals({ settings, queries, releases, after: null, now: end + 1_000 }, AbortSignal.timeout(10_000));
    const { errors } = interval?.metrics ?? {};
    const counted = errors?.type === "counts" ? Object.values(errors.counts).reduce((all, { total }) => all + total, 0) : 0;
    const sentAll = Object.values(sent).reduce((all, { total }) => all + total, 0);
    expect(Math.abs(counted - sentAll)).toBeLessThan(0.2 * sentAll);
  });
});

function outcomeOf({ metrics: { errors } }: SourceInterval): string {
  return errors?.type === "missing" ? errors.problem.code : "counted";
}
