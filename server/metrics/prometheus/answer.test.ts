import { expect, test } from "vitest";
import { type HttpAnswer, parseAnswer } from "./answer.ts";

function answer(body: unknown, change: Partial<HttpAnswer> = {}): HttpAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { host: "prom:9090", status: 200, contentType: "application/json", text, ...change };
}

function matrix(...values: unknown[]) {
  return { status: "success", data: { resultType: "matrix", result: [{ metric: { b: "2", a: "1" }, values }] } };
}

const vector = (result: unknown) => ({ status: "success", data: { resultType: "vector", result } });

test("reads the samples of a series in milliseconds, whatever the order of its labels", () => {
  expect(parseAnswer(answer(matrix([1_795_743_309.022, "2"], [1_795_743_310.022, "3e2"]))).series).toEqual([
    {
      key: '[["a","1"],["b","2"]]',
      labels: { a: "1", b: "2" },
      samples: [
        [1_795_743_309_022, 2],
        [1_795_743_310_022, 300],
      ],
    },
  ]);
});

test.each([
  [
    "late ones in their place",
    matrix([2, "2"], [1, "1"]),
    [
      [1_000, 1],
      [2_000, 2],
    ],
  ],
  [
    "of two at one time the later",
    matrix([1, "1"], [1, "5"], [2, "2"]),
    [
      [1_000, 5],
      [2_000, 2],
    ],
  ],
  ["the value of a vector", vector([{ metric: {}, value: [3, "0.5"] }]), [[3_000, 0.5]]],
  ["a scalar", { status: "success", data: { resultType: "scalar", result: [3, "-1"] } }, [[3_000, -1]]],
])("puts %s", (_, body, samples) => {
  expect(parseAnswer(answer(body)).series?.[0]?.samples).toEqual(samples);
});

test("an empty vector is an answer", () => {
  expect(parseAnswer(answer(vector([])))).toEqual({ series: [], problem: null });
});

test("what newer servers add to an answer is let be", () => {
  expect(parseAnswer(answer({ ...vector([]), infos: ["metric might not be a counter"], stats: {} })).problem).toBeNull();
});

test.each([
  ["NaN", answer(matrix([1, "1"], [2, "NaN"])), "not-a-number", "(NaN)"],
  ["infinity", answer(vector([{ metric: {}, value: [1, "+Inf"] }])), "not-a-number", "(+Inf)"],
  ["a value that is a word", answer(vector([{ metric: {}, value: [1, "0x10"] }])), "not-a-number", "(0x10)"],
  ["an empty value", answer(vector([{ metric: {}, value: [1, ""] }])), "not-a-number", "no number"],
  ["warnings", answer({ ...vector([]), warnings: ["fetch: store-2 is away"] }), "warned", "store-2 is away"],
  ["a query that cannot be read", answer(refusal("bad_data", "1:36: parse error"), { status: 400 }), "query", "1:36: parse error"],
  ["a query that cannot be run", answer(refusal("execution", "many-to-many matching"), { status: 422 }), "query", "many-to-many"],
  ["a query that took too long there", answer(refusal("timeout", "query timed out"), { status: 503 }), "slow", "gave up"],
  ["a server that is not up yet", answer(refusal("unavailable", "TSDB not ready"), { status: 503 }), "unavailable", "TSDB not ready"],
  ["an error with a good status", answer(refusal("internal", "oops")), "unavailable", "oops"],
  ["a gateway's page", answer("<html>Bad Gateway</html>", { status: 502, contentType: "text/html" }), "unavailable", "502"],
  ["too many questions", answer("slow down", { status: 429 }), "unavailable", "429"],
  ["a login page", answer("<!doctype html>", { contentType: "text/html" }), "not-prometheus", "text/html"],
  ["another server's page", answer("404 page not found", { status: 404, contentType: "text/plain" }), "not-prometheus", "404"],
  ["other JSON", answer({ hello: "world" }), "not-prometheus", "no answer of Prometheus"],
  ["half of an answer", answer('{"status":"success","data":{"resultType":"vec'), "not-prometheus", "no answer of Prometheus"],
  ["nothing", answer(""), "not-prometheus", "no answer of Prometheus"],
  ["samples of another shape", answer(vector([{ metric: {}, histogram: [1, {}] }])), "not-prometheus", "no answer of Prometheus"],
  ["a time that is no number", answer(vector([{ metric: {}, value: ["1", "1"] }])), "not-prometheus", "no answer of Prometheus"],
  ["JSON without a bottom", answer("[".repeat(100_000)), "not-prometheus", "no answer of Prometheus"],
  ["a redirect", answer("", { status: 302 }), "redirected", "final URL"],
  ["no entry", answer("", { status: 401 }), "refused", "authentication"],
  ["no right", answer(refusal("bad_data", "x"), { status: 403 }), "refused", "authentication"],
  [
    "too many series",
    answer(vector(Array.from({ length: 10_001 }, (_, n) => ({ metric: { n: `${n}` }, value: [1, "1"] })))),
    "too-many",
    "10001 series",
  ],
])("%s is a problem, with the next step", (_, given, code, says) => {
  expect(parseAnswer(given)).toEqual({ series: null, problem: { code, message: expect.stringContaining(says) } });
});

test("a stranger's words are bounded and on one line", () => {
  const { problem } = parseAnswer(answer(refusal("bad_data", `a\nb\u001b[31m${"x".repeat(5_000)}`), { status: 400 }));
  expect(problem?.message).toMatch(/^[^\p{Cc}]{1,300}$/u);
});

function refusal(errorType: string, error: string) {
  return { status: "error", errorType, error };
}
