import { expect, test } from "vitest";
import { problemsOf } from "../problems.ts";
import { PrometheusSettings, timesOf } from "./prometheus.ts";

const counter = 'requests_total{release="{{release}}"}';
const counted = 'sum(increase(requests_total{release="{{release}}"}[{{window}}]))';
const input = { source: "prometheus", url: "https://prometheus.internal:9090/prefix" };

test("little is enough, and the times are known in milliseconds", () => {
  const settings = PrometheusSettings.parse(input);
  expect(settings).toEqual({ ...input, auth: { type: "none" }, errors: null, interval: "30s", delay: "5s", timeout: "5s", bytesMax: 1_048_576 });
  expect(timesOf(settings)).toEqual({ windowMs: 30_000, delayMs: 5_000, timeoutMs: 5_000 });
});

test.each([
  ["errors from counters", { errors: { bad: counter, total: counter } }],
  ["errors from queries of their own", { errors: { bad: counted, total: counted } }],
  ["a token in a variable", { auth: { type: "bearer", token: "env:TIDELINE_SECRET_PROMETHEUS" } }],
  ["a password in a file", { auth: { type: "basic", user: "tideline", password: "file:/run/secrets/prometheus" } }],
  ["its bounds", { interval: "5m", delay: "0s", timeout: "60s", bytesMax: 10_485_760 }],
])("takes %s", (_, change) => {
  expect(PrometheusSettings.safeParse({ ...input, ...change }).success).toBe(true);
});

test.each([
  ["a URL of another kind", { url: "ftp://prometheus" }, "url", "http or https"],
  ["a URL with a password", { url: "https://ada:hunter2@prometheus" }, "url", "without a name, password"],
  ["a URL with a query", { url: "https://prometheus/?token=hunter2" }, "url", "without a name, password"],
  ["a token itself", { auth: { type: "bearer", token: "hunter2" } }, "auth.token", "The secret itself is not kept here"],
  ["a variable of the server's own", { auth: { type: "bearer", token: "env:AUTH_SECRET" } }, "auth.token", "TIDELINE_SECRET_"],
  ["a relative file", { auth: { type: "bearer", token: "file:secret" } }, "auth.token", "file:/run/secrets"],
  ["a user name that would end early", { auth: { type: "basic", user: "a:b", password: "env:TIDELINE_SECRET_X" } }, "auth.user", "colon"],
  ["one query that counts by itself and one that does not", { errors: { bad: counted, total: counter } }, "errors.bad", "in both queries or in none"],
  ["a query without the release", { errors: { bad: "up", total: counter } }, "errors.bad", "Name the release"],
  ["half a second", { interval: "500ms" }, "interval", "whole seconds"],
  ["a second and a half", { timeout: "1.5s" }, "timeout", "whole seconds"],
  ["a delay without end", { delay: "6m" }, "delay", "whole seconds"],
  ["an answer without end", { bytesMax: 1e9 }, "bytesMax", "10 MiB"],
  ["a field that is not one", { verify: false }, "verify", "is not a field here"],
])("refuses %s at its field", (_, change, field, says) => {
  const parsed = PrometheusSettings.safeParse({ ...input, ...change });
  expect(parsed.success ? [] : problemsOf(parsed.error)).toEqual([{ field, message: expect.stringContaining(says) }]);
});

test("no refusal repeats what may be a secret", () => {
  const { error } = PrometheusSettings.safeParse({ ...input, auth: { type: "bearer", token: "hunter2" }, url: "https://ada:hunter2@x" });
  expect(JSON.stringify(error?.issues)).not.toContain("hunter2");
});
