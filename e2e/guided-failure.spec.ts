import { expect } from "@playwright/test";
import { startRollout } from "./support/client.ts";
import { test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";

/** 1.4 is never ready. One instance at a time, and a person decides. */
const plan = {
  batches: [1, "25%"],
  soak: "2s",
  watch: "2s",
  minHealthyTime: "1s",
  healthyDeadline: "4s",
  retries: 0,
  drainTimeout: "3s",
  onFailure: "pause" as const,
};

test("a failed instance is tried again, then left out, and the rollout goes back", async ({ page, console, client, demo }) => {
  const { now, events, dialog } = await openRollout(page, console, await startRollout(client, demo, "1.4", plan));
  const failed = now.getByRole("region", { name: "Failed instances" });
  await expect(failed).toContainText("was not healthy within 4 s", { timeout: 60_000 });
  await expect(failed).toContainText("The plan tolerates no failed instance; 1 counts now.");

  await failed.getByRole("button", { name: /^Retry i/ }).click();
  await expect(events).toContainText(`has i`);
  await expect(failed).toHaveCount(0);
  await expect(failed).toContainText("was not healthy within 4 s", { timeout: 60_000 });

  await now.getByRole("button", { name: "Roll back…" }).click();
  await dialog.getByLabel("Reason").fill("It never becomes ready.");
  await dialog.getByRole("button", { name: /^Roll back/ }).click();
  await expect(now).toContainText("Rolled back from 1.4", { timeout: 90_000 });
  await expect(now).toContainText("All 12 instances are back on 1.0");
});

test("the drawer of a failed instance skips it, and the rollout goes on", async ({ page, console, client, demo }) => {
  const { now, events } = await openRollout(page, console, await startRollout(client, demo, "1.4", { ...plan, batches: [2], maxUnavailable: 2 }));
  const failed = now.getByRole("region", { name: "Failed instances" });
  await expect(failed.getByRole("listitem")).toHaveCount(2, { timeout: 60_000 });
  const name =
    (await failed
      .getByRole("button", { name: /details and log$/ })
      .first()
      .textContent()) ?? "";

  await failed.getByRole("button", { name: `Instance ${name}: details and log` }).click();
  const drawer = page.getByRole("dialog", { name });
  await drawer.getByRole("tab", { name: "Actions" }).click();
  const skip = drawer.getByRole("button", { name: /^Skip/ });
  await skip.click();
  await expect(events).toContainText(`skipped ${name}`);
  await expect(failed.getByRole("listitem")).toHaveCount(1);
  await expect(skip).toBeDisabled();
});
