import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { quickTimes, savePlan, startRollout } from "./support/client.ts";
import type { Console } from "./support/console.ts";
import { signIn, test } from "./support/fixtures.ts";

/** Waits for a person after its first batch: it stays active as long as the journey needs. */
const gated = { ...quickTimes, batches: [{ size: 1, approval: true }, "50%"], maxUnavailable: "50%" };
const quick = { ...quickTimes, batches: ["50%"], maxUnavailable: "50%" };

/** The start dialog over an active rollout, with 1.2 and the plan `standard` chosen. */
async function openStart(page: Page, console: Console, fleetId: string) {
  await signIn(page, console, `/fleets/${fleetId}`);
  await page.getByRole("button", { name: "Start another…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Roll out/ });
  await dialog.getByRole("combobox", { name: "Release" }).click();
  await page.getByRole("option", { name: "1.2" }).click();
  await dialog.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: /^quick/ }).click();
  await expect(dialog).toContainText("is rolling out 1.1");
  return dialog;
}

test("a rollout is queued, asks when the one before did not succeed, and is started all the same", async ({ page, console, client, demo }) => {
  await savePlan(client, "quick", quick);
  const activeId = await startRollout(client, demo, "1.1", gated);
  const dialog = await openStart(page, console, demo.fleetId);
  await dialog.getByRole("radio", { name: /Queue behind it/ }).click();
  const start = dialog.getByRole("button", { name: /^Queue behind 1\.1: \d+ instances? in \d+ batch/ });
  await expect(start).toBeEnabled();
  await expectAccessible(page);
  await start.click();

  const now = page.getByRole("region", { name: "What happens now" });
  await expect(now).toContainText("The rollout to 1.2 is queued");
  await expect(page.getByRole("region", { name: "In the queue" }).getByRole("link", { name: "the rollout to 1.1" })).toBeVisible();
  await expectAccessible(page);
  await client.trpc.rollouts.command.mutate({ type: "cancel", commandId: crypto.randomUUID(), rolloutId: activeId, reason: "Not today." });
  await expect(now).toContainText("a decision is needed", { timeout: 60_000 });
  await now.getByRole("button", { name: "Start anyway…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Start anyway" }).click();
  await expect(now).toContainText("All 12 instances run 1.2.", { timeout: 90_000 });
});

test("a rollout replaces the active one, which ends superseded", async ({ page, console, client, demo }) => {
  await savePlan(client, "quick", quick);
  const activeId = await startRollout(client, demo, "1.1", gated);
  const dialog = await openStart(page, console, demo.fleetId);
  await expect(dialog.getByRole("button", { name: "Start", exact: true })).toBeDisabled();
  await dialog.getByRole("radio", { name: /Replace it/ }).click();
  await dialog.getByRole("button", { name: /^Replace 1\.1: \d+ instances? in \d+ batch/ }).click();
  const now = page.getByRole("region", { name: "What happens now" });
  await expect(now).toContainText("All 12 instances run 1.2.", { timeout: 90_000 });
  await page.goto(`${console.url}/rollouts/${activeId}`);
  await expect(now).toContainText("Superseded by another rollout");
});

test("a rollout that was cancelled half way is finished from the fleet's page", async ({ page, console, client, demo }) => {
  await savePlan(client, "quick", quick);
  const rolloutId = await startRollout(client, demo, "1.1", gated);
  await signIn(page, console, `/rollouts/${rolloutId}`);
  const now = page.getByRole("region", { name: "What happens now" });
  await expect(now).toContainText("needs a person's approval", { timeout: 60_000 });
  await page.getByRole("region", { name: "Commands" }).getByRole("button", { name: "Cancel" }).click();
  const confirm = page.getByRole("alertdialog");
  await confirm.getByLabel("Reason").fill("Lunch.");
  await confirm.getByRole("button", { name: "Cancel rollout" }).click();
  await expect(now.getByRole("button", { name: "Go back to 1.0…" })).toBeVisible({ timeout: 60_000 });

  await page.goto(`${console.url}/fleets/${demo.fleetId}`);
  await page.getByRole("region", { name: "Mixed releases" }).getByRole("button", { name: "Finish rolling to 1.1…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Roll out/ });
  await dialog.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: /^quick/ }).click();
  await dialog.getByRole("button", { name: /^Start: 11 instances in/ }).click();
  await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 90_000 });
});
