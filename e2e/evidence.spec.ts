import { expect } from "@playwright/test";
import type { PlanInput } from "#domain/plan.ts";
import { type Client, type Demo, startRollout } from "./support/client.ts";
import { test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";
import { until } from "./support/until.ts";

/** As the demo's cautious plan, with shorter waits around the judging. */
const cautious = {
  batches: [1, 2, "25%"],
  soak: "90s",
  watch: "5s",
  minHealthyTime: "1s",
  drainTimeout: "3s",
  metrics: { warmUp: "2s" },
} satisfies PlanInput;

/** Thresholds are frozen at the start: the 99th percentile needs 2,000 requests before it, of units past their warm-up. */
async function serveFirst({ trpc }: Client, demo: Demo): Promise<void> {
  await trpc.fleets.setTraffic.mutate({ fleetId: demo.fleetId, requestsPerSecond: 300 });
  const served = async () => {
    const samples = await trpc.fleets.samples.query({ fleetId: demo.fleetId, windowMs: 120_000, widthMs: 1_000 });
    return samples.reduce((sum, { requests }) => sum + requests, 0);
  };
  await until(async () => (await served()) > 8_000, "The demo fleet did not serve 8,000 requests in time.", 60_000);
}

test("a release that is slow for one request in ten is stopped in its first batch", async ({ page, console, client, demo }) => {
  await serveFirst(client, demo);
  // On a machine with other work the fleet answers slowly by itself, and the difference takes longer to tell.
  test.setTimeout(420_000);
  const rolloutId = await startRollout(client, demo, "1.2", { ...cautious, soak: "4m" });
  const { now } = await openRollout(page, console, rolloutId);
  await expect(now).toContainText("Rolled back from 1.2", { timeout: 300_000 });
  await expect(now).toContainText(
    /1\.2 took longer than [\d.,]+ ms for [\d,]+ of [\d,]+ requests, the old release [\d,]+ of [\d,]+ in the same time/,
  );
  const rollout = await client.trpc.rollouts.get.query({ rolloutId });
  expect(rollout.batches).toHaveLength(1);
  await expect(page.getByRole("meter", { name: "Evidence that it is worse" })).toHaveAttribute("aria-valuetext", /worse on latency/);
  const compared = page.getByRole("table", { name: "Evidence by metric" });
  // Another quantile may have gone over before the way back was through.
  const culprit = compared.getByRole("row").filter({ has: page.getByRole("cell", { name: "Bad", exact: true }) });
  await culprit.first().getByRole("button").click();
  const links = page.getByRole("link", { name: /^(All counts|Counts of .*) as a file$/ });
  await expect(links).toHaveCount(2);
  for (const link of await links.all()) expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(24);
  const file = await compared.getByRole("link", { name: /^Counts of latency p[\d.]+ as a file$/ }).getAttribute("href");
  const answer = await client.send(`${console.url}${file}`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ alpha: 0.001, weight: expect.any(Number), intervals: expect.any(Array) });

  // Where long events wrap, the end of the log is further down than it seems at first.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  const log = page.getByRole("log", { name: "Events of this rollout" });
  await expect(log).toContainText("Ended rolled back");
  await expect.poll(() => log.evaluate((frame) => frame.scrollHeight - frame.scrollTop - frame.clientHeight)).toBeLessThanOrEqual(1);
});

test("the same release under another name goes through", async ({ page, console, client, demo }) => {
  await serveFirst(client, demo);
  const releases = await client.trpc.releases.list.query({ service: demo.service });
  const old = releases.find(({ name }) => name === "1.0");
  if (old?.artifact.type !== "process") throw new Error("The demo has a release 1.0 that is a program.");
  const { service, artifact, env } = old;
  const again = await client.trpc.releases.record.mutate({
    service,
    name: "1.0-again",
    command: artifact.command,
    directory: artifact.directory,
    env,
  });
  const twin = { ...demo, releases: { ...demo.releases, "1.0-again": again.releaseId } };
  const plan = { ...cautious, batches: [1, "50%"], soak: "20s" };
  const rolloutId = await startRollout(client, twin, "1.0-again", plan);
  const { now } = await openRollout(page, console, rolloutId);
  await expect(now).toContainText("All 12 instances run 1.0-again", { timeout: 150_000 });
  const course = await client.trpc.rollouts.evidence.query({ rolloutId });
  expect(course?.metrics.map(({ evidence }) => evidence.metric).toSorted()).toEqual(
    expect.arrayContaining(["errors", "latency-p50", "latency-p90", "latency-p99", "traffic"]),
  );
});
