import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { quickTimes, savePlan, startRollout } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";
import { serverAway } from "./support/guard.ts";

/** Who is signed in is asked apart from everything else: the frame stands, and the page waits or fails. */
const sessionOnly = /session\.current/;

test("every page waits, fails and goes stale accessibly, and reads on a screen of 320 pixels", async ({ page, console, client, demo, guard }) => {
  test.setTimeout(600_000);
  const planId = await savePlan(client, "quick", quickTimes);
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: [{ size: 1, approval: true }, "50%"] });
  await signIn(page, console, `/rollouts/${rolloutId}`);
  await expect(page.getByRole("main")).toContainText("needs a person's approval", { timeout: 120_000 });
  const paths = [
    "/",
    `/fleets/${demo.fleetId}`,
    `/rollouts/${rolloutId}`,
    "/rollouts",
    "/plans",
    `/plans/${planId}`,
    "/insights",
    "/activity",
    "/settings",
    "/settings/people",
    "/settings/tokens",
    "/settings/notifications",
  ];

  await test.step("on a screen of 320 pixels nothing is wider than it", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of paths) {
      await page.goto(`${console.url}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("main").getByText(/^(Loading|Reading)/)).toHaveCount(0);
      // A chart learns its width a frame after it is there.
      await expect.poll(() => widthOf(page), { message: path }).toBeLessThanOrEqual(320);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step("waiting", async () => {
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route(/\/api\/trpc\//, async (route) => {
      if (!sessionOnly.test(route.request().url())) await held;
      await route.continue().catch(() => {});
    });
    for (const path of paths) {
      await page.goto(`${console.url}${path}`);
      await expect(page.getByRole("main")).toBeVisible();
      await expect(
        page
          .getByRole("status")
          .filter({ hasText: /^(Loading|Reading)/ })
          .first(),
      ).toBeAttached();
      await expectAccessible(page);
    }
    go();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  await test.step("failing", async () => {
    guard.expectComplaints(/\b500\b/);
    await page.route(/\/api\/trpc\//, async (route) => {
      if (sessionOnly.test(route.request().url())) await route.continue();
      else await route.fulfill({ status: 500, contentType: "application/json", body: "[]" });
    });
    for (const path of paths) {
      await page.goto(`${console.url}${path}`);
      await expect(page.getByRole("main").getByRole("alert").first()).toBeVisible();
      await expectAccessible(page);
    }
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  await test.step("stale", async () => {
    guard.expectComplaints(serverAway);
    guard.expectComplaints(/ERR_INTERNET_DISCONNECTED/);
    for (const path of ["/", `/rollouts/${rolloutId}`, `/fleets/${demo.fleetId}`]) {
      await page.goto(`${console.url}${path}`);
      await expect(page.locator("[data-connection=live]")).toBeVisible();
      await page.context().setOffline(true);
      await expect(page.locator("[data-connection=reconnecting]")).toBeVisible();
      await expectAccessible(page);
      await page.context().setOffline(false);
    }
  });
});

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}
