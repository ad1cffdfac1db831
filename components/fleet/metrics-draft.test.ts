import { expect, test } from "vitest";
import { type Fleet, FleetMetrics } from "#domain/fleet.ts";
import { describeMetrics, metricsFields, secretField, toDraft, toMetrics } from "./metrics-draft.ts";

const counter = 'requests{release="{{release}}"}';

test.each([
  ["the balancer", { source: "embedded" }],
  ["a Prometheus without queries", { source: "prometheus", url: "http://prometheus:9090" }],
  [
    "one with a token",
    {
      source: "prometheus",
      url: "https://prometheus",
      auth: { type: "bearer", token: "env:TIDELINE_SECRET_PROM" },
      errors: { bad: counter, total: counter },
    },
  ],
  [
    "one with a password",
    { source: "prometheus", url: "https://prometheus", auth: { type: "basic", user: "ada", password: "file:/run/secrets/prom" }, interval: "60s" },
  ],
])("%s is the same after it was typed", (_, given) => {
  const metrics = FleetMetrics.parse(given);
  expect(toMetrics(toDraft(metrics))).toEqual(metrics);
});

test("every field of the form is one that the server may name", () => {
  const wrong = {
    ...toDraft({ source: "embedded" }),
    source: "prometheus" as const,
    interval: "",
    delay: "",
    timeout: "",
    bytesMax: "many",
    bad: "x",
  };
  const { error } = FleetMetrics.safeParse(toMetrics(wrong));
  const named = new Set(error?.issues.map(({ path }) => ["metrics", ...path].join(".")));
  const { user: _, ...fields } = metricsFields;
  expect(named).toEqual(new Set(Object.values(fields)));
  for (const auth of ["basic", "bearer"] as const) {
    const issues = FleetMetrics.safeParse(toMetrics({ ...wrong, auth })).error?.issues.map(({ path }) => ["metrics", ...path].join("."));
    expect(issues).toContain(secretField(auth));
    if (auth === "basic") expect(issues).toContain(metricsFields.user);
  }
});

test("one sentence says who counts what", () => {
  const embedded = { type: "embedded", port: 80 } as const;
  const prometheus = { source: "prometheus", url: "https://prometheus:9090/x" };
  const said = (metrics: unknown, balancer: Fleet["balancer"] = embedded) => describeMetrics({ metrics: FleetMetrics.parse(metrics), balancer });
  const outside = (type: "haproxy" | "nginx") => ({ type }) as Fleet["balancer"];
  expect(said({ source: "embedded" })).toContain("own balancer");
  expect(said(prometheus)).toContain("a plan's own metrics are read by Prometheus at prometheus:9090, every 30s");
  expect(said({ ...prometheus, errors: { bad: counter, total: counter } })).toContain("Failed requests are counted by");
  expect(said({ source: "embedded" }, outside("haproxy"))).toContain("tells no latency");
  expect(said({ source: "embedded" }, outside("nginx"))).toContain("name a Prometheus");
});
