import { expect, test } from "vitest";
import { PrometheusSettings } from "#domain/settings/prometheus.ts";
import type { Context } from "#server/context.ts";
import type { CountsQuestion } from "#server/metrics/source.ts";
import { FleetBench } from "#server/testing/fleet-bench.ts";
import { testMetrics } from "./test-metrics.ts";

const bench = FleetBench.open();
const errors = { bad: 'failed{r="{{release}}"}', total: 'all{r="{{release}}"}' };
const metrics = PrometheusSettings.parse({ source: "prometheus", url: "http://prometheus:9090", errors });

/** A person's context whose source says what it was asked, and whose engine has seen the fleet. */
function ctxOf(asked: Omit<CountsQuestion, "after">[], role?: Parameters<FleetBench["ctx"]>[0]): Context {
  const ctx = bench.ctx(role);
  const unit = (releaseId: string) => ({ key: "k", releaseId, state: "running", startedAt: 0, restarts: 0, address: null, message: null }) as const;
  const view = (releaseId: string, readySince: number | null, rotation: "in" | "out") =>
    ({ unit: unit(releaseId), ready: true, readySince, rotation, probe: null, inFlight: 0, cut: 0, next: null, passiveFailed: false }) as const;
  const instances = [view(bench.old.releaseId, 500, "in"), view(bench.old.releaseId, 200, "in"), view(bench.fresh.releaseId, 900, "out")];
  const live = {
    fleetId: bench.fleet.fleetId,
    at: 0,
    unreachable: null,
    samples: [],
    evidence: [],
    instances: instances.map((instance, index) => ({ instanceId: `i${index}`, ...instance })),
  };
  const check = async (question: Omit<CountsQuestion, "after">) => {
    asked.push(question);
    return [{ name: "Connection", outcome: "ok", message: "It answers." } as const];
  };
  const services = { ...ctx.services, engine: { ...ctx.services.engine, live: () => live } };
  return { ...ctx, services: { ...services, counts: { prometheus: { readIntervals: async () => [], check } } } };
}

test("tries the settings out with the releases that run, and saves nothing", async () => {
  const asked: Omit<CountsQuestion, "after">[] = [];
  const steps = await testMetrics(ctxOf(asked), { fleetId: bench.fleet.fleetId, metrics });
  expect(steps).toEqual([{ name: "Connection", outcome: "ok", message: "It answers." }]);
  expect(asked[0]).toMatchObject({ settings: metrics, queries: [{ metric: "errors", ...errors }] });
  expect(asked[0]?.releases.map(({ name, servesSince }) => [name, servesSince]).sort()).toEqual([
    ["1.0", 200],
    ["1.1", null],
  ]);
  expect((await bench.row()).fleet.metrics).toEqual({ source: "embedded" });
});

test("rejects whoever may not set it, and asks nobody", async () => {
  const asked: Omit<CountsQuestion, "after">[] = [];
  await expect(testMetrics(ctxOf(asked, "approver"), { fleetId: bench.fleet.fleetId, metrics })).rejects.toMatchObject({ code: "not-allowed" });
  expect(asked).toEqual([]);
  expect(await bench.lastAudit()).toMatchObject({ action: "metrics.set", outcome: "refused" });
});
