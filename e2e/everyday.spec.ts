import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { quickTimes, startRollout } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

test("the bell leads to what needs a person, a star puts a fleet first, a hint can be read and put away, and the activity is taken along", async ({
  page,
  console,
  client,
  demo,
}) => {
  await signIn(page, console, "/");
  const bell = page.getByRole("button", { name: /^Alerts/ });
  await test.step("nothing needs anybody", async () => {
    await expect(bell).toHaveAccessibleName("Alerts: nothing needs you", { timeout: 60_000 });
    await bell.click();
    await expect(page.getByRole("menu")).toContainText("Nothing, in any environment.");
    await page.keyboard.press("Escape");
  });

  await test.step("a star stays after the page is read again", async () => {
    const star = page.getByRole("button", { name: "greeter-demo stands first" }).filter({ visible: true });
    await expect(star).toHaveAttribute("aria-pressed", "false");
    await star.click();
    await expect(star).toHaveAttribute("aria-pressed", "true");
    await page.reload();
    await expect(star).toHaveAttribute("aria-pressed", "true");
  });

  await test.step("a hint waits for the pointer, stays under it, and goes with Escape", async () => {
    const live = page.locator("[data-connection]").first();
    const hint = page.getByRole("tooltip");
    await live.hover();
    await expect(hint).toHaveText("Hold the page still");
    await hint.hover();
    const since = Date.now();
    // Longer than a hint stays that nobody points at.
    await expect(async () => {
      expect(await hint.isVisible()).toBe(true);
      expect(Date.now() - since).toBeGreaterThan(600);
    }).toPass({ timeout: 5_000 });
    await page.keyboard.press("Escape");
    await expect(hint).toBeHidden();
  });

  await test.step("an approval rings", async () => {
    const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: [{ size: 1, approval: true }, "50%"] });
    await expect(bell).toHaveAccessibleName("Alerts: 1 thing needs you", { timeout: 120_000 });
    await bell.click();
    await page.getByRole("menuitem", { name: /greeter-demo.*waits for an approval/ }).click();
    await expect(page).toHaveURL(new RegExp(`/rollouts/${rolloutId}$`));
  });

  await test.step("the activity as a table and as lines", async () => {
    await page.goto(`${console.url}/activity`);
    const table = await download(page, /CSV/);
    expect(table.split("\n")[0]).toContain("action");
    expect(table).toContain("rollout.start");
    const lines = (await download(page, /JSON/)).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toContain("rollout.start");
  });
});

async function download(page: Page, name: RegExp): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return readFile(await file.path(), "utf8");
}
