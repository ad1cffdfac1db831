import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PrometheusSettings } from "#domain/settings/prometheus.ts";
import type { CountedRelease, MetricAnswer, MetricQuery, SourceInterval } from "#domain/source-interval.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import type { CountsQuestion } from "#server/metrics/source.ts";
import { type Asked, type FakePrometheus, matrix, say, startFakePrometheus, vector } from "#server/testing/fake-prometheus.ts";
import { createPrometheusClient } from "./client.ts";
import { createPrometheusSource } from "./source.ts";

const secrets = createSecrets({ env: { TIDELINE_SECRET_PROM: "hunter2" }, directories: [] });
const old: CountedRelease = { releaseId: "o", name: "1.0", arm: "old", servesSince: 0 };
const fresh: CountedRelease = { releaseId: "n", name: "1.1", arm: "new", servesSince: 0 };
const counters = { metric: "errors", bad: 'requests{release="{{release}}",code="500"}', total: 'requests{release="{{release}}"}' } as const;
const counted = { metric: "errors", bad: 'bad("{{release}}", [{{window}}])', total: 'all("{{release}}", [{{window}}])' } as const;
/** Interval 1000 of 10 s has ended here, and its delay of 1 s is over. */
const now = 10_001_000;
const end = 10_000;

let fake: FakePrometheus;
beforeAll(async () => {
  fake = await startFakePrometheus();
});
afterAll(() => fake.close());
beforeEach(() => fake.answer((asked, res) => say(res, wellBehaved(asked))));

function read(
  change: Omit<Partial<CountsQuestion>, "settings"> & { settings?: Record<string, unknown>; allowed?: readonly string[] } = {},
): Promise<readonly SourceInterval[]> {
  const { allowed = ["127.0.0.1"], settings, ...question } = change;
  const source = createPrometheusSource(createPrometheusClient({ policy: createUrlPolicy(allowed), secrets }));
  return source.readIntervals(
    {
      queries: [counters],
      releases: [old, fresh],
      after: null,
      now,
      ...question,
      settings: PrometheusSettings.parse({ source: "prometheus", url: fake.url, interval: "10s", delay: "1s", timeout: "1s", ...settings }),
    },
    AbortSignal.timeout(20_000),
  );
}

async function readOne(change: Parameters<typeof read>[0] = {}): Promise<MetricAnswer | undefined> {
  const intervals = await read(change);
  expect(intervals).toHaveLength(1);
  return intervals[0]?.metrics.errors;
}

/** Each release was asked about 100 times before the interval and 40 times in it; of the new one 3 failed. */
function wellBehaved({ query }: Asked) {
  const isNew = query.includes('"1.1"');
  const labels = { instance: isNew ? "b" : "a" };
  if (query.startsWith("last_over_time")) return vector(query.includes("500") ? [] : [{ metric: labels, value: [end, "1"] }]);
  if (query.includes("500")) return isNew ? matrix({ metric: { ...labels, code: "500" }, values: [[end - 1, "3"]] }) : matrix();
  return matrix({
    metric: labels,
    values: [
      [end - 12, "100"],
      [end - 5, "120"],
      [end - 1, "140"],
    ],
  });
}

describe("a good answer", () => {
  test("becomes the counts of both releases in the interval", async () => {
    expect(await read()).toEqual([
      {
        number: 1_000,
        at: end * 1_000,
        windowMs: 10_000,
        metrics: { errors: { type: "counts", counts: { o: { bad: 0, total: 40 }, n: { bad: 3, total: 40 } } } },
      },
    ]);
  });

  test("was asked for at the interval's end and not at whatever time it was, of as long before it as well", async () => {
    await read();
    expect(fake.asked.every(({ path, time }) => path === "/api/v1/query" && time === String(end))).toBe(true);
    expect(fake.asked.map(({ query }) => query)).toEqual(
      expect.arrayContaining(['requests{release="1.0"}[40s]', 'requests{release="1.1",code="500"}[40s]']),
    );
  });

  test("needs no history but that of a series which appears", async () => {
    await read();
    const histories = fake.asked.filter(({ query }) => query.startsWith("last_over_time"));
    expect(histories.map(({ query }) => query)).toEqual(['last_over_time(requests{release="1.1",code="500"}[1h] offset 40s)']);
  });

  test("may be counted by the query itself, whose window is the interval", async () => {
    fake.answer((asked, res) => say(res, vector([{ metric: {}, value: [end, asked.query.startsWith("bad") ? "1.5" : "30"] }])));
    expect(await readOne({ queries: [counted] })).toEqual({ type: "counts", counts: { o: { bad: 1.5, total: 30 }, n: { bad: 1.5, total: 30 } } });
    expect(fake.asked[0]?.query).toMatch(/^(bad|all)\("1\.[01]", \[10s\]\)$/);
  });

  test("may be a plain number of the new release alone", async () => {
    fake.answer((_, res) => say(res, vector([{ metric: {}, value: [end, "-4.5"] }])));
    const [interval] = await read({ queries: [{ metric: "custom-depth", value: 'depth{release="{{release}}"}' }] });
    expect(interval?.metrics).toEqual({ "custom-depth": { type: "value", values: { n: -4.5 } } });
    expect(fake.asked.map(({ query }) => query)).toEqual(['depth{release="1.1"}']);
  });

  test("is asked for below the path that was given, with what lets us in", async () => {
    await read({ settings: { url: `${fake.url}/prefix/`, auth: { type: "bearer", token: "env:TIDELINE_SECRET_PROM" } } });
    expect(fake.asked[0]).toMatchObject({ path: "/prefix/api/v1/query", authorization: "Bearer hunter2" });
    fake.answer((asked, res) => say(res, wellBehaved(asked)));
    await read({ settings: { auth: { type: "basic", user: "ada", password: "env:TIDELINE_SECRET_PROM" } } });
    expect(fake.asked[0]?.authorization).toBe(`Basic ${Buffer.from("ada:hunter2").toString("base64")}`);
  });

  test("is given once, and what was missed is caught up, each at its own time", async () => {
    expect(await read({ after: 1_000 })).toEqual([]);
    fake.answer((_, res) => say(res, vector([{ metric: {}, value: [1, "5"] }])));
    const intervals = await read({ after: 997, queries: [counted] });
    expect(intervals.map(({ number }) => number)).toEqual([998, 999, 1_000]);
    expect([...new Set(fake.asked.map(({ time }) => time))]).toEqual(["9980", "9990", "10000"]);
  });
});

describe("a bad answer makes the interval missing", () => {
  test.each<[string, string, (res: ServerResponse, asked: Asked) => void]>([
    ["NaN", "not-a-number", (res) => say(res, matrix({ metric: {}, values: [[end - 5, "NaN"]] }))],
    ["infinity", "not-a-number", (res) => say(res, matrix({ metric: {}, values: [[end - 5, "+Inf"]] }))],
    [
      "a counter below zero",
      "negative",
      (res) =>
        say(
          res,
          matrix({
            metric: {},
            values: [
              [end - 12, "-1"],
              [end - 5, "3"],
            ],
          }),
        ),
    ],
    ["empty vectors", "empty", (res) => say(res, matrix())],
    [
      "no scrape in the interval",
      "gap",
      (res) =>
        say(
          res,
          matrix({
            metric: {},
            values: [
              [end - 15, "3"],
              [end - 12, "4"],
            ],
          }),
        ),
    ],
    ["warnings", "warned", (res) => say(res, { ...matrix(), warnings: ["half of it is away"] })],
    ["an error", "query", (res) => say(res, { status: "error", errorType: "bad_data", error: "parse error" }, 400)],
    ["a server that gave up", "slow", (res) => say(res, { status: "error", errorType: "timeout", error: "too long" }, 503)],
    ["HTML", "not-prometheus", (res) => void res.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>")],
    ["a redirect", "redirected", (res) => void res.writeHead(302, { location: "http://169.254.169.254/" }).end()],
    ["no entry", "refused", (res) => void res.writeHead(401).end()],
    ["another JSON", "not-prometheus", (res) => say(res, { ok: true })],
    ["a broken connection", "unreachable", (res) => void res.destroy()],
    ["an answer that breaks off", "unreachable", (res) => void res.writeHead(200, { "content-length": 1_000 }).write("{", () => res.destroy())],
    ["no answer", "slow", () => {}],
    ["an answer that never ends", "slow", (res) => drip(res)],
    ["10 MiB", "too-large", (res) => flood(res)],
  ])("%s", async (_, code, answering) => {
    fake.answer((asked, res) => answering(res, asked));
    const startedAt = performance.now();
    expect(await readOne()).toEqual({ type: "missing", problem: { code, message: expect.stringMatching(/^[^\p{Cc}]{10,400}$/u) } });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("an answer beyond the bound is not read to its end", async () => {
    let sent = 0;
    fake.answer((_, res) => flood(res, (bytes) => (sent += bytes)));
    expect(await readOne({ settings: { bytesMax: 10_000 }, releases: [fresh] })).toMatchObject({ problem: { code: "too-large" } });
    // Two queries, and what the system's buffers take of each.
    expect(sent).toBeLessThan(8 * 1_048_576);
  });

  test("a server that is not there", async () => {
    const gone = await startFakePrometheus();
    await gone.close();
    expect(await readOne({ settings: { url: gone.url } })).toMatchObject({
      problem: { code: "unreachable", message: expect.stringContaining("refused the connection") },
    });
  });

  test("an address that may not be called, without a call", async () => {
    expect(await readOne({ allowed: [] })).toMatchObject({
      problem: { code: "unreachable", message: expect.stringContaining("TIDELINE_ALLOW_PRIVATE_URLS") },
    });
    expect(await readOne({ settings: { url: "http://169.254.169.254" }, allowed: ["169.254.169.254"] })).toMatchObject({
      problem: { code: "unreachable", message: expect.stringContaining("never called") },
    });
    expect(fake.asked).toEqual([]);
  });

  test("a secret that is not there, without a call", async () => {
    const auth = { type: "bearer", token: "env:TIDELINE_SECRET_NONE" };
    expect(await readOne({ settings: { auth } })).toMatchObject({
      problem: { code: "secret", message: expect.stringContaining("TIDELINE_SECRET_NONE") },
    });
    expect(fake.asked).toEqual([]);
  });

  test("several series where one number is asked for", async () => {
    fake.answer((_, res) => say(res, vector(["a", "b"].map((pod) => ({ metric: { pod }, value: [end, "1"] })))));
    const [interval] = await read({ queries: [{ metric: "custom-depth", value: 'depth{release="{{release}}"}' }] });
    expect(interval?.metrics["custom-depth"]).toMatchObject({ problem: { code: "several" } });
  });

  test.each<[string, MetricQuery]>([
    ["without the release", { ...counters, bad: "requests" }],
    ["with a window in one of two", { ...counters, bad: counted.bad }],
  ])("a query %s, which is not asked", async (_, query) => {
    expect(await readOne({ queries: [query] })).toMatchObject({ problem: { code: "template" } });
    expect(fake.asked).toEqual([]);
  });

  test("its message repeats no secret that a server sends back", async () => {
    fake.answer(({ authorization }, res) => say(res, { status: "error", errorType: "bad_data", error: `you sent ${authorization}` }, 400));
    const answer = await readOne({ settings: { auth: { type: "bearer", token: "env:TIDELINE_SECRET_PROM" } } });
    expect(answer).toMatchObject({ problem: { code: "query", message: expect.stringContaining("you sent Bearer [redacted]") } });
  });

  test("of one metric only, where only its query is wrong", async () => {
    const broken = { metric: "custom-broken", bad: counted.bad, total: counted.total } as const;
    fake.answer((asked, res) => {
      if (asked.query.includes("[10s]")) say(res, { status: "error", errorType: "bad_data", error: "parse error" }, 400);
      else say(res, wellBehaved(asked));
    });
    const [interval] = await read({ queries: [broken, counters] });
    expect(interval?.metrics).toMatchObject({ "custom-broken": { type: "missing" }, errors: { type: "counts" } });
  });
});

test("a server that hangs costs one deadline, not one for each interval that is due", async () => {
  fake.answer(() => {});
  const startedAt = performance.now();
  const intervals = await read({ after: 980 });
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(intervals.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => 981 + index));
  expect(intervals.every(({ metrics }) => metrics.errors?.type === "missing")).toBe(true);
});

/** A byte now and then, for ever. */
function drip(res: ServerResponse): void {
  res.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => res.write(" "), 50);
  res.once("close", () => clearInterval(timer));
}

/** 10 MiB and a byte, as fast as they are taken. */
function flood(res: ServerResponse, onSent: (bytes: number) => void = () => {}): void {
  const part = Buffer.alloc(65_536, " ");
  let left = 161;
  res.writeHead(200, { "content-type": "application/json" });
  const more = () => {
    while (left > 0 && !res.destroyed) {
      left -= 1;
      onSent(part.length);
      if (!res.write(part)) return void res.once("drain", more);
    }
    res.end();
  };
  more();
}
