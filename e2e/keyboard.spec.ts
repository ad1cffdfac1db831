import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { quickTimes, savePlan, startRollout } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

/** Presses Tab until the focus stands on what is wanted. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole("button", { name });
  await expect(wanted).toBeEnabled();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluateAll((buttons) => buttons.some((button) => button === document.activeElement))) return;
  }
  throw new Error(`Forty times Tab did not lead to the button ${name}.`);
}

test("a whole rollout by keyboard alone: found, started, paused, resumed, approved, taken back", async ({ page, console, client, demo }) => {
  await savePlan(client, "by hand", { ...quickTimes, batches: [{ size: 1, approval: true }, "100%"] });
  await signIn(page, console);
  // From the list to the fleet's page, and the dialog by the palette.
  await expect(page.getByRole("link", { name: "greeter-demo" }).first()).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("link", { name: "greeter-demo" }).filter({ visible: true }).first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /greeter/ })).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search for a page or an action" })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type("start a roll");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /^Roll out to/ });
  await expect(dialog).toBeVisible();
  await chooseByKeyboard(page, "Release", "1.1");
  await chooseByKeyboard(page, "Plan", "by hand");
  await tabTo(page, /^Start/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/rollouts\//);

  const main = page.getByRole("main");
  await expect(page.getByRole("button", { name: "Pause" })).toBeEnabled();
  await page.keyboard.press("p");
  await expect(page.getByRole("region", { name: "Commands" }).getByRole("button", { name: "Resume" })).toBeEnabled();
  await page.keyboard.press("p");
  await expect(main).toContainText("needs a person's approval", { timeout: 60_000 });
  await page.keyboard.press("m");
  await expect(page.getByRole("grid")).toBeFocused();
  await page.keyboard.press("l");
  await expect(page.getByRole("log")).toBeFocused();
  await page.keyboard.press("a");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.keyboard.press("Shift+R");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await page.keyboard.type("The errors began with batch 2.");
  await page.keyboard.press("Control+Enter");
  await expect(main.getByText("Rolled back", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  expect(demo.fleetId).not.toBe("");
});

/** Opens the list of this name with the keyboard, and types the entry's beginning. */
async function chooseByKeyboard(page: Page, label: string, entry: string): Promise<void> {
  const list = page.getByRole("combobox", { name: label });
  for (let presses = 0; presses < 40 && !(await list.evaluate((element) => element === document.activeElement)); presses += 1)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const option = page.getByRole("option", { name: new RegExp(`^${entry}`) });
  await expect(option).toBeVisible();
  await page.keyboard.type(entry);
  await expect(option).toHaveAttribute("data-highlighted", "");
  await page.keyboard.press("Enter");
  await expect(list).toContainText(entry);
}

test("the page can be held still, and keys can be changed and switched off", async ({ page, console, client, demo }) => {
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: [{ size: 1, approval: true }, "50%"] });
  await signIn(page, console, `/rollouts/${rolloutId}`);
  await expect(page.locator("[data-connection=live]")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("so far");
  await page.keyboard.press("Control+.");
  await expect(page.getByText("You hold the page as it was at")).toBeVisible();
  const log = page.getByRole("log");
  const held = await log.textContent();
  await expect.poll(async () => (await client.trpc.rollouts.get.query({ rolloutId })).seq, { timeout: 30_000 }).toBeGreaterThan(8);
  expect(await log.textContent()).toBe(held);
  await page.getByRole("button", { name: "Go on", exact: true }).click();
  await expect(page.getByRole("main")).toContainText("needs a person's approval", { timeout: 60_000 });

  await page.goto(`${console.url}/settings`);
  await page.getByRole("button", { name: "Change the key of “Go to plans”" }).click();
  await page.keyboard.press("p");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Pause, or resume");
  await page.keyboard.press("z");
  await page.keyboard.press("z");
  await page.waitForURL(/\/plans$/);
  await page.goto(`${console.url}/settings`);
  await page.getByRole("switch", { name: /Keys without/ }).click();
  await expect(page.getByText("switched off").first()).toBeVisible();
});
