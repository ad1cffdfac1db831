import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CheckStep } from "#domain/check-step.ts";
import { PrometheusSettings } from "#domain/settings/prometheus.ts";
import type { CountedRelease, MetricQuery } from "#domain/source-interval.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { type Answering, type FakePrometheus, matrix, say, startFakePrometheus, vector } from "#server/testing/fake-prometheus.ts";
import { checkPrometheus } from "./check.ts";
import { createPrometheusClient } from "./client.ts";

const end = 10_000;
const errors = { metric: "errors", bad: 'failed{release="{{release}}"}', total: 'all{release="{{release}}"}' } as const;
const releases: CountedRelease[] = [{ releaseId: "r", name: "1.0", arm: "new", servesSince: 0 }];

let fake: FakePrometheus;
beforeAll(async () => {
  fake = await startFakePrometheus();
});
afterAll(() => fake.close());
beforeEach(() => fake.answer(scrapedEvery(5)));

/** 20 requests at each scrape, of which two failed. */
function scrapedEvery(seconds: number): Answering {
  return ({ query }, res) => {
    if (query === "vector(1)") return say(res, vector([{ metric: {}, value: [end, "1"] }]));
    const each = query.startsWith("failed") ? 2 : 20;
    const times = Array.from({ length: 40 / seconds }, (_, index) => end - 40 + (index + 1) * seconds);
    say(res, matrix({ metric: { instance: "a" }, values: times.map((at, index) => [at, String(index * each)]) }));
  };
}

function check(change: { settings?: object; queries?: MetricQuery[]; releases?: CountedRelease[]; allowed?: string[] } = {}): Promise<CheckStep[]> {
  const secrets = createSecrets({ env: { TIDELINE_SECRET_PROM: "hunter2" }, directories: [] });
  const client = createPrometheusClient({ policy: createUrlPolicy(change.allowed ?? ["127.0.0.1"]), secrets });
  const given = { source: "prometheus", url: fake.url, interval: "10s", delay: "1s", timeout: "1s", ...change.settings };
  const question = { settings: PrometheusSettings.parse(given), queries: change.queries ?? [errors], releases: change.releases ?? releases };
  return checkPrometheus(client, { ...question, now: end * 1_000 + 1_000 }, AbortSignal.timeout(10_000));
}

const outcomes = (steps: readonly CheckStep[]) => steps.map(({ name, outcome }) => `${name}: ${outcome}`);

test("when all is well it says what was counted, and how often it scrapes", async () => {
  const steps = await check();
  expect(outcomes(steps)).toEqual(["Connection: ok", "Clock: ok", "errors of 1.0: ok", "Scrapes: ok"]);
  expect(steps[2]?.message).toBe("4 of 40 were bad in the last 10s.");
  expect(steps[3]?.message).toContain("scrapes every 5 s");
});

test.each<[string, Parameters<typeof check>[0], Answering | null, string[], RegExp]>([
  ["a secret that is not there", { settings: { auth: { type: "bearer", token: "env:TIDELINE_SECRET_NO" } } }, null, ["Secret: failed"], /Set it in/],
  ["an address that may not be called", { allowed: [] }, null, ["Connection: failed"], /TIDELINE_ALLOW_PRIVATE_URLS/],
  ["no entry", {}, (_, res) => void res.writeHead(401).end(), ["Connection: failed"], /Check the authentication/],
  ["a page instead", {}, (_, res) => void res.end("<html>"), ["Connection: failed"], /no answer of Prometheus/],
  ["no query", { queries: [] }, null, ["Connection: ok", "Clock: ok", "Queries: ok"], /the balancer counts/],
  ["no instance", { releases: [] }, null, ["Connection: ok", "Clock: ok", "Queries: doubt"], /No instance runs/],
  [
    "intervals too short for the scrapes",
    {},
    scrapedEvery(8),
    ["Connection: ok", "Clock: ok", "errors of 1.0: ok", "Scrapes: doubt"],
    /Use at least 16s/,
  ],
  [
    "another label",
    {},
    (asked, res) => say(res, asked.query === "vector(1)" ? vector([]) : matrix()),
    ["Connection: ok", "Clock: ok", "errors of 1.0: failed"],
    /Compare its label/,
  ],
  [
    "silence of a release that does not serve yet",
    { releases: [{ releaseId: "r", name: "1.0", arm: "new", servesSince: null }] },
    (asked, res) => say(res, asked.query === "vector(1)" ? vector([]) : matrix()),
    ["Connection: ok", "Clock: ok", "errors of 1.0: doubt"],
    /no traffic, or is the label another/,
  ],
  [
    "a query that names no release",
    { queries: [{ ...errors, bad: "failed" }] },
    null,
    ["Connection: ok", "Clock: ok", "errors of 1.0: failed", "Scrapes: ok"],
    /"bad": Name the release/,
  ],
])("%s is told at its step, with what to do", async (_, change, answering, steps, says) => {
  if (answering) fake.answer(answering);
  const found = await check(change);
  expect(outcomes(found)).toEqual(steps);
  expect(found.some(({ message }) => says.test(message))).toBe(true);
});

test("a clock that differs is told, since intervals are of its time", async () => {
  fake.answer((asked, res) => {
    res.setHeader("date", new Date(Date.now() - 60_000).toUTCString());
    scrapedEvery(5)(asked, res);
  });
  expect((await check())[1]).toEqual({ name: "Clock", outcome: "doubt", message: expect.stringMatching(/(59|60|61) s behind ours.*NTP/) });
});

test("a server that falls silent half-way ends the list there", async () => {
  fake.answer((asked, res) => {
    if (asked.query === "vector(1)") say(res, vector([]));
  });
  const steps = await check();
  expect(outcomes(steps)).toEqual(["Connection: ok", "Clock: ok", "Connection: failed"]);
  expect(steps[2]?.message).toContain("no whole answer within 1s");
});
