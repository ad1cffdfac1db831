import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { FleetMetrics } from "#domain/fleet.ts";
import { findPrometheus, startPrometheus, type TestPrometheus } from "#server/testing/prometheus.ts";
import { type Client, type Demo, startRollout } from "./support/client.ts";
import { startConsole } from "./support/console.ts";
import { test as base } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";
import { throughout } from "./support/until.ts";

/** A console that may ask a Prometheus on this machine. */
const test = base.extend<{ prometheus: TestPrometheus }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
  console: async ({}, use) => {
    const running = await startConsole({ TIDELINE_ALLOW_PRIVATE_URLS: "127.0.0.1" });
    await use(running);
    await running.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  prometheus: async ({}, use) => {
    const program = await findPrometheus();
    if (program === null) throw new Error("No Prometheus was found: install it, or give its path in PROMETHEUS_PATH.");
    const running = await startPrometheus(program);
    await use(running);
    await running.close();
  },
});

/** Units come at ports of their own: what is scraped follows them. Returns what ends that. */
function followUnits({ trpc }: Client, { fleetId }: Demo, prometheus: TestPrometheus): () => Promise<void> {
  let ended = false;
  const following = (async () => {
    while (!ended) {
      const { instances } = await trpc.fleets.get.query({ fleetId });
      const addresses = instances.flatMap(({ unit, next }) => [unit?.address, next?.unit?.address].flatMap((address) => address ?? []));
      await prometheus.scrape(addresses.map((address) => address.replace(/^https?:\/\//, "")));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  return () => {
    ended = true;
    return following;
  };
}

test("a Prometheus that is stopped in the middle holds the rollout as blind, and lets it go on when it returns", async ({
  page,
  console,
  client,
  demo,
  prometheus,
}) => {
  test.setTimeout(360_000);
  const counter = 'greeter_requests_total{release="{{release}}"}';
  const errors = { bad: 'greeter_requests_total{release="{{release}}",code="500"}', total: counter };
  const metrics = FleetMetrics.parse({ source: "prometheus", url: prometheus.url, errors, interval: "2s", delay: "1s", timeout: "2s" });
  await client.trpc.fleets.command.mutate({ type: "setMetrics", commandId: randomUUID(), fleetId: demo.fleetId, metrics });
  const stopFollowing = followUnits(client, demo, prometheus);
  const plan = {
    // Longer than the ten intervals that the source needs before it says anything.
    batches: [{ size: 1, soak: "75s" }, "50%"],
    soak: "5s",
    watch: "5s",
    minHealthyTime: "1s",
    drainTimeout: "3s",
    metrics: { latency: [], warmUp: "1s" },
  };
  const rolloutId = await startRollout(client, demo, "1.1", plan);
  const { now } = await openRollout(page, console, rolloutId);
  const errorsNow = async () =>
    (await client.trpc.rollouts.evidence.query({ rolloutId }))?.metrics.find(({ evidence }) => evidence.metric === "errors");
  await expect.poll(async () => (await errorsNow())?.evidence.new.total ?? 0, { timeout: 60_000 }).toBeGreaterThan(20);

  await prometheus.stop();
  await expect(now).toContainText("The metrics source says nothing; the plan holds while it is blind.", { timeout: 90_000 });
  // Longer than what was left of the soak: nothing opens meanwhile.
  await throughout(async () => {
    const held = await client.trpc.rollouts.get.query({ rolloutId });
    expect(held).toMatchObject({ status: "running", evidence: { errors: { state: "blind" } } });
    expect(held.batches.map(({ gateOpenedAt }) => gateOpenedAt)).toEqual([null]);
  }, 50_000);

  await prometheus.start();
  await expect(now).toContainText("All 12 instances run 1.1", { timeout: 150_000 });
  const { evidence } = await client.trpc.rollouts.get.query({ rolloutId });
  expect(evidence["errors"]).toMatchObject({ unit: "raw" });
  await stopFollowing();
});
