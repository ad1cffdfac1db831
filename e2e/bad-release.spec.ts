import { expect } from "@playwright/test";
import { startRollout } from "./support/client.ts";
import { test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";

test("a release with errors comes back by itself, and the page says why with the numbers", async ({ page, console, client, demo }) => {
  await client.trpc.fleets.setTraffic.mutate({ fleetId: demo.fleetId, requestsPerSecond: 300 });
  const plan = { batches: ["25%"], soak: "90s", minHealthyTime: "1s", drainTimeout: "3s", watch: "2s", metrics: { warmUp: "1s" } };
  const { now } = await openRollout(page, console, await startRollout(client, demo, "1.3", plan));
  await expect(now).toContainText("Rolled back from 1.3", { timeout: 120_000 });
  await expect(now).toContainText(/1\.3 failed [1-9]\d* of [\d,]+ requests, the old release \d+ of [\d,]+ in the same time/);
  await expect(now).toContainText("All 12 instances are back on 1.0");
  const fleet = await client.trpc.fleets.get.query({ fleetId: demo.fleetId });
  expect(fleet.releases.map(({ name, count }) => [name, count])).toEqual([["1.0", 12]]);
});

test("a release that is never ready takes one instance, and comes back by itself", async ({ page, console, client, demo }) => {
  const plan = { batches: [1, "25%"], soak: "2s", minHealthyTime: "1s", healthyDeadline: "4s", retries: 0, drainTimeout: "3s", watch: "2s" };
  const rolloutId = await startRollout(client, demo, "1.4", plan);
  const { now } = await openRollout(page, console, rolloutId);
  await expect(now).toContainText("Rolled back from 1.4", { timeout: 60_000 });
  await expect(now).toContainText(/was not healthy within 4 s/);
  const { updates } = await client.trpc.rollouts.get.query({ rolloutId });
  expect(updates.values().filter(({ attempt }) => attempt > 0)).toHaveLength(1);
});
