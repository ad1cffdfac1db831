import { expect, type Page } from "@playwright/test";
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
  await test.step("what happened is gone through by keyboard, and nothing can be changed there", () => expectLookBack(page));
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

/** On the page of a rollout that went back from 1.3, without a pointer. */
async function expectLookBack(page: Page): Promise<void> {
  const now = page.getByRole("region", { name: "What happens now" });
  const bar = page.getByRole("region", { name: "Look back" });
  const moment = bar.getByRole("slider", { name: "Moment" });
  await page.getByRole("button", { name: "Look back" }).focus();
  await page.keyboard.press("Enter");
  await expect(moment).toBeFocused();
  await expect(page.getByText(/You are looking at \d\d:\d\d:\d\d, not at now/)).toBeVisible();
  await expect(bar).toContainText(/Event 1 of \d+/);
  await expect(now).not.toContainText("Rolled back");
  await expect(page.getByRole("button", { name: "Roll back…" })).toHaveCount(0);

  await page.keyboard.press("PageUp");
  await expect(bar).toContainText("Batch 1 opened");
  await expect(page.getByRole("navigation", { name: "Batches" })).toContainText("3 instances, updating");
  const opened = await moment.inputValue();
  await page.keyboard.press("ArrowRight");
  expect(Number(await moment.inputValue())).toBeGreaterThan(Number(opened));
  await page.keyboard.press("ArrowLeft");
  await expect(moment).toHaveValue(opened);
  await page.keyboard.press("End");
  await expect(now).toContainText("Rolled back from 1.3");
  await page.keyboard.press("PageDown");
  await expect(now).toContainText("Rolling back");
  await expect(page.getByRole("table", { name: "Evidence by metric" })).toContainText("Bad");

  const turned = await moment.inputValue();
  // The address follows once the thumb rests.
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBe(new Date(Number(turned)).toISOString());
  await page.reload();
  await expect(moment).toHaveValue(turned);
  await page.getByRole("button", { name: "Back to now" }).focus();
  await page.keyboard.press("Enter");
  await expect(bar).toHaveCount(0);
  await expect(now).toContainText("Rolled back from 1.3");
  await expect(page).not.toHaveURL(/[?&]at=/);
}
