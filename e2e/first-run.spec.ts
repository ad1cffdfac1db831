import { expect, type Locator } from "@playwright/test";
import { account, quickTimes } from "./support/client.ts";
import { test } from "./support/fixtures.ts";

test("from the printed link to a finished rollout", async ({ page, console }) => {
  await test.step("the first account", async () => {
    const link = console.setupLink();
    expect(link, "the start prints a link with a one-time token").not.toBeNull();
    await page.goto(link ?? "");
    await page.getByLabel("Your name").fill(account.name);
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByRole("heading", { name: "Fleets", level: 1 })).toBeVisible();
  });

  await test.step("the demo fleet", async () => {
    await page.getByRole("button", { name: "Try it with a demo fleet" }).click();
    await expect(page).toHaveURL(/\/fleets\/[\w-]+$/, { timeout: 60_000 });
    await expect(page.getByRole("button", { name: "Start rollout" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText(/12 of 12/, { timeout: 60_000 });
  });

  await test.step("a plan of one's own, in the designer", async () => {
    const fleetUrl = page.url();
    await page.goto(`${console.url}/plans/new`);
    await page.getByRole("tab", { name: "YAML" }).click();
    await page.getByLabel("Plan as YAML").fill(JSON.stringify({ ...quickTimes, batches: [1, "50%"], maxUnavailable: "50%" }));
    await page.getByRole("tab", { name: "Form" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("quick");
    await page.getByRole("button", { name: "Save plan" }).click();
    await expect(page).toHaveURL(/\/plans\/[0-9a-f-]{36}/);
    await page.goto(fleetUrl);
  });

  await test.step("the start says what will happen", async () => {
    await page.getByRole("button", { name: "Start rollout" }).click();
    const dialog = page.getByRole("dialog");
    await choose(dialog.getByRole("combobox", { name: "Release" }), /^1\.1/);
    await choose(dialog.getByRole("combobox", { name: "Plan" }), /^quick/);
    await dialog.getByRole("button", { name: "Start: 12 instances in 3 batches" }).click();
  });

  await test.step("the rollout, live, to its end", async () => {
    await expect(page).toHaveURL(/\/rollouts\//);
    await expect(page.getByRole("main")).toContainText(/Batch 1/);
    await expect(page.getByRole("main")).toContainText("Succeeded", { timeout: 90_000 });
    await expect(page.getByRole("main")).toContainText("All 12 instances run 1.1.");
  });

  async function choose(select: Locator, option: RegExp): Promise<void> {
    await select.click();
    await page.getByRole("option", { name: option }).click();
  }
});
