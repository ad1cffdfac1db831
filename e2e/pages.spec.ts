import { expect, type Page } from "@playwright/test";
import { expectAccessible, focusGuards } from "./support/axe.ts";
import { quickTimes, savePlan, startRollout } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

async function expectSettled(page: Page): Promise<void> {
  await expect(page.getByRole("main")).toBeVisible();
  await expect(
    page
      .getByRole("main")
      .getByRole("status")
      .filter({ hasText: /^(Loading|Reading)/ }),
  ).toHaveCount(0);
}

test("a page whose scripts were lost on the way is loaded again, once", async ({ page, console, guard }) => {
  guard.expectComplaints(/ERR_FAILED/);
  let documents = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) documents += 1;
  });
  await page.route(/\/_next\/static\/.*\.js/, (route) => (documents === 1 ? route.abort() : route.continue()));
  await page.goto(console.setupLink() ?? "");
  await expect.poll(() => documents).toBe(2);
  await page.getByRole("button", { name: "Create account" }).waitFor();
  // Gone for good: it does not go round and round.
  await page.unrouteAll();
  await page.route(/\/_next\/static\/.*\.js/, (route) => route.abort());
  const lost = page.waitForEvent("requestfailed");
  await page.reload();
  await lost;
  await expect(page.waitForEvent("framenavigated", { timeout: 2_000 })).rejects.toThrow();
});

test("the pages before signing in are accessible in both themes", async ({ page, console }) => {
  await page.goto(console.setupLink() ?? "");
  await page.getByRole("button", { name: "Create account" }).waitFor();
  await expectAccessible(page);
});

test("the empty console is accessible in both themes", async ({ page, console, client }) => {
  await page.goto(`${console.url}/login`);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await expectAccessible(page);
  await page.goto(`${console.url}/invite#token=none`);
  await page.getByText("This invitation is not valid.").waitFor();
  await expectAccessible(page);
  const { token } = await client.trpc.invitations.create.mutate({
    email: "grace@example.org",
    access: { defaultRole: "viewer", roles: {}, granted: [] },
  });
  await page.goto(`${console.url}/login`);
  await page.goto(`${console.url}/invite#token=${token}`);
  await page.getByRole("button", { name: "Create account" }).waitFor();
  await expectAccessible(page);
  await savePlan(client, "quick", quickTimes);
  await signIn(page, console);
  for (const path of ["/", "/rollouts", "/plans", "/insights", "/activity"]) {
    await page.goto(`${console.url}${path}`);
    await expectSettled(page);
    await expectAccessible(page);
  }
});

test("every page with something on it is accessible in both themes", async ({ page, console, client, demo }) => {
  test.setTimeout(480_000);
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: [{ size: 1, approval: true }, "50%"] });
  await signIn(page, console, `/rollouts/${rolloutId}`);
  await expect(page.getByRole("main")).toContainText("needs a person's approval", { timeout: 120_000 });
  await expectAccessible(page);
  await expectDrawer(page);
  const plans = await client.trpc.plans.list.query();
  const { startedAt } = await client.trpc.rollouts.get.query({ rolloutId });
  const paths = [
    "/",
    `/fleets/${demo.fleetId}`,
    "/rollouts",
    `/rollouts/compare?a=${rolloutId}&b=${rolloutId}`,
    `/rollouts/${rolloutId}?at=${new Date(startedAt + 1_000).toISOString()}`,
    "/plans",
    `/plans/${plans[0]?.planId}`,
    "/plans/new",
    "/activity",
    "/settings",
    "/settings/people",
    "/settings/tokens",
    "/settings/notifications",
    "/settings/sign-on",
  ];
  for (const path of paths) {
    await page.goto(`${console.url}${path}`);
    await expectSettled(page);
    await expectAccessible(page);
  }
});

/** By keyboard from the matrix into the details of an instance, through its tabs, and back to the cell. */
async function expectDrawer(page: Page): Promise<void> {
  const grid = page.getByRole("grid", { name: /^Instances/ });
  await grid.focus();
  await page.keyboard.press("End");
  await page.keyboard.press(" ");
  const drawer = page.getByRole("dialog");
  await expect(drawer).toBeVisible();
  await expect(grid).toBeFocused();
  const first = await drawer.getByRole("heading", { level: 2 }).textContent();
  await page.keyboard.press("Home");
  await expect(drawer.getByRole("heading", { level: 2 })).not.toHaveText(first ?? "");
  await page.keyboard.press("Enter");
  await drawer.getByRole("tab", { name: "Log" }).click();
  await expect(drawer.getByRole("region", { name: /^Log of/ })).toContainText("listens on");
  for (const name of ["Log", "Metrics", "Actions"]) {
    await drawer.getByRole("tab", { name }).click();
    await expect(drawer.getByRole("tabpanel")).not.toContainText("Reading…");
    await expectAccessible(page);
  }
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
}

test("on a phone a new plan is read, and no name is asked for", async ({ page, console, client }) => {
  await savePlan(client, "quick", quickTimes);
  await signIn(page, console, "/plans/new");
  const asked = page.getByRole("region", { name: "Problems" }).getByText("Give a name.").filter({ visible: true });
  await expect(asked).toHaveCount(1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(asked).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Plan", exact: true })).toContainText("open this page on a wider screen");
  await expectAccessible(page);
});

test("the dialogs are accessible in both themes", async ({ page, console, demo }) => {
  await signIn(page, console, `/fleets/${demo.fleetId}`);
  for (const name of ["Start rollout", /^New release/]) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("dialog").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
});

test("the open menus are accessible in both themes, and no focus stays between them and the page", async ({ page, console, client }) => {
  await savePlan(client, "quick", quickTimes);
  await signIn(page, console);
  for (const name of [/^Account of/, /^Appearance/]) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("menu").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Tab");
    await expect(page.locator(`${focusGuards}:focus`)).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menu")).toHaveCount(0);
  }
});
