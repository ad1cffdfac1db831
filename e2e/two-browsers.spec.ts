import { expect } from "@playwright/test";
import { quickTimes, startRollout } from "./support/client.ts";
import { openBrowser, signIn, test } from "./support/fixtures.ts";

test("two browsers see the same, as it happens", async ({ page, browser, guard, console, client, demo }) => {
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: [{ size: 1, approval: true }, "100%"], maxUnavailable: "50%" });
  const other = await openBrowser(browser, guard);
  const second = await other.newPage();
  await signIn(page, console, `/rollouts/${rolloutId}`);
  await signIn(second, console, `/rollouts/${rolloutId}`);
  for (const each of [page, second]) await expect(each.getByRole("main")).toContainText("needs a person's approval", { timeout: 40_000 });

  await second
    .getByRole("button", { name: /^Approve/ })
    .first()
    .click();
  await second
    .getByRole("alertdialog")
    .getByRole("button", { name: /^Approve/ })
    .click();
  for (const each of [page, second]) await expect(each.getByRole("main")).toContainText("Batch 2", { timeout: 20_000 });
  for (const each of [page, second]) await expect(each.getByRole("main")).toContainText("All 12 instances run 1.1.", { timeout: 90_000 });
  await other.close();
});
