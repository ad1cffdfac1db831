import { expect } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { quickTimes, startRollout, untilWhole } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";

test("a fleet is scaled out and in again, and each dialog names who comes and goes", async ({ page, console, client, demo }) => {
  await signIn(page, console, `/fleets/${demo.fleetId}`);
  const dialog = page.getByRole("dialog", { name: /^Scale/ });
  await page.getByRole("button", { name: "Scale…" }).click();
  await dialog.getByLabel("Instances").fill("14");
  await expect(dialog).toContainText("i12, i13 come up on 1.0");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add 2 instances" }).click();
  await expect(page.getByRole("main")).toContainText("14 of 14 ready", { timeout: 60_000 });
  await untilWhole(client, demo.fleetId);

  await page.getByRole("button", { name: "Scale…" }).click();
  await dialog.getByLabel("Instances").fill("12");
  await expect(dialog).toContainText(/i\d+, i\d+ leave: taken out of rotation, drained, then stopped/);
  await dialog.getByRole("button", { name: "Remove 2 instances" }).click();
  await expect(page.getByRole("main")).toContainText("12 of 12 ready", { timeout: 60_000 });
});

test("a freeze holds the next batch until it is lifted", async ({ page, console, client, demo }) => {
  await signIn(page, console, `/fleets/${demo.fleetId}`);
  const dialog = page.getByRole("dialog", { name: /^Freeze/ });
  await page.getByRole("button", { name: "Freeze…" }).click();
  await dialog.getByRole("radio", { name: /Until somebody lifts it/ }).click();
  await expect(dialog.getByRole("button", { name: "Freeze fleet" })).toBeDisabled();
  await dialog.getByLabel("Reason").fill("Inventory night.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Freeze fleet" }).click();
  const freeze = page.getByRole("region", { name: "Freeze" });
  await expect(freeze).toContainText("Frozen until somebody lifts it");
  await expect(freeze).toContainText("Inventory night.");

  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: ["50%"], maxUnavailable: "50%" });
  await page.goto(`${console.url}/rollouts/${rolloutId}`);
  const now = page.getByRole("region", { name: "What happens now" });
  await expect(now).toContainText("The first batch to 1.1 is held");
  await expect(now).toContainText("Inventory night.");

  await page.goto(`${console.url}/fleets/${demo.fleetId}`);
  await freeze.getByRole("button", { name: "Lift freeze…" }).click();
  const confirm = page.getByRole("alertdialog");
  await confirm.getByLabel("Reason").fill("Counted.");
  await confirm.getByRole("button", { name: "Lift freeze" }).click();
  await expect(freeze).toHaveCount(0);
  await page.goto(`${console.url}/rollouts/${rolloutId}`);
  await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 90_000 });
});

test("an ended rollout is taken back on a page of its own, and its release is held", async ({ page, console, client, demo }) => {
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: ["50%"], maxUnavailable: "50%" });
  const { now, dialog } = await openRollout(page, console, rolloutId);
  await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 90_000 });
  await page.getByRole("button", { name: "Roll back…" }).click();
  await dialog.getByLabel("Reason").fill("The numbers are wrong.");
  await dialog.getByRole("button", { name: "Roll back 12 instances" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Rollback of");
  await expect(now).toContainText("Rolled back from 1.1", { timeout: 90_000 });

  await page.goto(`${console.url}/fleets/${demo.fleetId}`);
  const held = page.getByRole("region", { name: "Held release" });
  await expect(held).toContainText("The numbers are wrong.");
  await held.getByRole("button", { name: "Lift hold…" }).click();
  await dialog.getByLabel("Reason").fill("They were right after all.");
  await dialog.getByRole("button", { name: "Lift hold" }).click();
  await expect(held).toHaveCount(0);
});
