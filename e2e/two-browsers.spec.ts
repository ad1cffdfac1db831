import { expect } from "@playwright/test";
import { quickTimes, startRollout } from "./support/client.ts";
import { openBrowser, test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";

test("two browsers see the same, as it happens", async ({ page, browser, guard, console, client, demo }) => {
  const plan = { ...quickTimes, batches: [{ size: 1, approval: true }, "100%"], maxUnavailable: "50%" };
  const rolloutId = await startRollout(client, demo, "1.1", plan);
  const other = await openBrowser(browser, guard);
  const first = await openRollout(page, console, rolloutId);
  const second = await openRollout(await other.newPage(), console, rolloutId);
  for (const { now } of [first, second]) await expect(now).toContainText("needs a person's approval", { timeout: 40_000 });

  await second.commands.getByRole("button", { name: "Approve" }).click();
  await second.dialog.getByRole("button", { name: "Approve" }).click();
  for (const { now } of [first, second]) await expect(now).toContainText("Batch 2", { timeout: 20_000 });
  for (const { now } of [first, second]) await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 90_000 });
  const log = async (each: typeof first) => await each.events.textContent();
  await expect.poll(async () => await log(second)).toEqual(await log(first));
  await other.close();
});
