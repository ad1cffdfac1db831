import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitUntil } from "#server/testing/local-runtime.ts";
import { findPrometheus, startPrometheus, type TestPrometheus } from "#server/testing/prometheus.ts";
import { createInstruments } from "./instruments.ts";

const program = await findPrometheus();
if (program === null) process.stderr.write("No Prometheus was found: install it, or give its path in PROMETHEUS_PATH. Its tests do not run.\n");

const dashboard = JSON.parse(readFileSync(new URL("../../docs/grafana/tideline.json", import.meta.url), "utf8"));
const expressions = (dashboard.panels as { title: string; targets?: { expr: string }[] }[]).flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }): [string, string] => [title, expr]),
);

/** What Grafana fills in. */
function fill(expression: string): string {
  return expression.replaceAll("$__rate_interval", "1m").replaceAll("$fleet", ".*");
}

describe.runIf(program !== null).sequential("a real Prometheus", () => {
  const instruments = createInstruments();
  let server: Server;
  let prometheus: TestPrometheus;

  beforeAll(async () => {
    server = createServer(async (_, res) => res.end(await instruments.registry.metrics()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    instruments.evidenceLnE.set({ fleet: 'quoted "name"\n', metric: "errors" }, Number.POSITIVE_INFINITY);
    instruments.updateSteps.observe({ fleet: "shop", step: "drain" }, 2);
    prometheus = await startPrometheus(program ?? "");
    await prometheus.scrape([`127.0.0.1:${(server.address() as AddressInfo).port}`]);
  });
  afterAll(async () => {
    await prometheus?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test("reads what the server tells", async () => {
    await waitUntil(async () => (await prometheus.query("up")) === "1", "it has been read", 30_000);
    expect(await prometheus.query('tideline_evidence_ln_e{fleet="quoted \\"name\\"\\n"}')).toBe("+Inf");
    expect(await prometheus.query('tideline_update_step_duration_seconds_bucket{step="drain",le="2"}')).toBe("1");
  });

  test.each(expressions)("understands the panel %s: %s", async (_, expression) => {
    await expect(prometheus.query(fill(expression))).resolves.toSatisfy((value) => value === null || typeof value === "string");
  });
});
