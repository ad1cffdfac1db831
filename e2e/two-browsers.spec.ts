import { expect } from "@playwright/test";
import { quickTimes, startRollout } from "./support/client.ts";
import { openBrowser, test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";

test("two browsers see the same, as it happens", async ({ page, browser, guard, console, client, demo }) => {
  // A gate after each batch: the rollout rests there until somebody has looked, however slow the machine.
  const batches = [
    { size: 1, approval: true },
    { size: "50%", approval: true },
  ];
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches, maxUnavailable: "50%" });
  const other = await openBrowser(browser, guard);
  const first = await openRollout(page, console, rolloutId);
  const second = await openRollout(await other.newPage(), console, rolloutId);

  for (const number of [1, 2, 3]) {
    for (const { now } of [first, second]) await expect(now).toContainText(`Batch ${number} needs a person's approval`, { timeout: 60_000 });
    const approving = number === 2 ? first : second;
    await approving.commands.getByRole("button", { name: "Approve" }).click();
    await approving.dialog.getByRole("button", { name: "Approve" }).click();
  }
  for (const { now } of [first, second]) await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 60_000 });
  const lastLines = await first.events.textContent();
  await expect.poll(async () => await second.events.textContent()).toEqual(lastLines);
  await other.close();
});
