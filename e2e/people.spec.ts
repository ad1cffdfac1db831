import { expect } from "@playwright/test";
import { account, quickTimes, savePlan, startRollout } from "./support/client.ts";
import { openBrowser, signIn, test } from "./support/fixtures.ts";

const password = "correct horse battery";

test("a person is invited as an approver, makes an account, and approves what another asked for", async ({
  page,
  browser,
  console,
  client,
  demo,
  guard,
}) => {
  test.setTimeout(150_000);
  await savePlan(client, "quick", quickTimes);
  await signIn(page, console, "/settings/people");
  await page.getByRole("button", { name: "Invite…" }).click();
  await page.getByLabel("Email").fill("grace@example.org");
  await page.getByRole("button", { name: "Add environment" }).click();
  await page.getByLabel("Environment 1", { exact: true }).fill("demo");
  await page.getByRole("combobox", { name: "Role in environment 1" }).click();
  await page.getByRole("option", { name: "approver" }).click();
  await page.getByRole("button", { name: "Make link" }).click();
  const link = await page.getByLabel("Link").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "Open invitations" })).toContainText("approver in demo, viewer elsewhere");

  const grace = await (await openBrowser(browser, guard)).newPage();
  await grace.goto(link);
  await expect(grace.getByLabel("Email")).toHaveValue("grace@example.org");
  expect(grace.url()).not.toContain("token");
  await grace.getByLabel("Your name").fill("Grace");
  await grace.getByLabel("Password").fill(password);
  await grace.getByRole("button", { name: "Show what is typed" }).click();
  await expect(grace.getByLabel("Password")).toHaveAttribute("type", "text");
  await grace.getByRole("button", { name: "Create account" }).click();
  await grace.getByRole("button", { name: "Account of Grace" }).waitFor();

  await page.goto(`${console.url}/settings`);
  await page.getByRole("button", { name: "Protect demo" }).click();
  await expect(page.getByRole("button", { name: "Stop protecting demo" })).toBeVisible();
  const rolloutId = await startRollout(client, demo, "1.1", quickTimes);
  await page.goto(`${console.url}/rollouts/${rolloutId}`);
  await expect(page.getByRole("region", { name: "What happens now" })).toContainText("Grace may approve it.");
  await expect(page.getByRole("button", { name: "Approve start…" })).toHaveAccessibleDescription(
    "You asked for this start: a second person approves it.",
  );

  await grace.goto(`${console.url}/rollouts/${rolloutId}`);
  await grace.getByRole("button", { name: "Approve start…" }).click();
  await grace.getByRole("button", { name: "Approve the start" }).click();
  await expect(grace.getByRole("region", { name: "What happens now" })).toContainText("1.1", { timeout: 20_000 });
  await expect(page.getByRole("log")).toContainText("Grace approved the start");
  await expect(async () => expect((await client.trpc.rollouts.get.query({ rolloutId })).status).not.toBe("queued")).toPass({ timeout: 20_000 });

  await page.getByRole("button", { name: "Roll back", exact: true }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Reason").fill("Only a try.");
  await dialog.getByLabel(/^Type greeter-demo/).fill("greeter");
  await expect(dialog.getByRole("button", { name: /^Roll back/ })).toHaveAccessibleDescription("Type greeter-demo to confirm.");
});

test("a viewer sees what they may not do and why, and no more than their environments", async ({ browser, console, client, demo, guard }) => {
  const invite = async (email: string, defaultRole: "viewer" | null) => {
    const { token } = await client.trpc.invitations.create.mutate({ email, access: { defaultRole, roles: {}, granted: [] } });
    const page = await (await openBrowser(browser, guard)).newPage();
    await page.goto(`${console.url}/invite#token=${token}`);
    await page.getByLabel("Your name").fill("Somebody");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("button", { name: "Account of Somebody" }).waitFor();
    return page;
  };
  const viewer = await invite("linus@example.org", "viewer");
  await viewer.goto(`${console.url}/fleets/${demo.fleetId}`);
  const needed = `This needs the role operator in demo; you are viewer there. Ask ${account.name}.`;
  await expect(viewer.getByRole("button", { name: "Start rollout" })).toHaveAccessibleDescription(needed);
  await expect(viewer.getByRole("button", { name: "Scale…" })).toHaveAccessibleDescription(needed);
  await viewer.goto(`${console.url}/settings/people`);
  await expect(viewer.getByRole("alert")).toContainText(`This needs the role admin in all environments; you are viewer. Ask ${account.name}.`);

  guard.expectComplaints(/\b403\b/);
  const nobody = await invite("eve@example.org", null);
  await expect(nobody.getByRole("alert")).toContainText("You may not see this.");
  await nobody.goto(`${console.url}/fleets/${demo.fleetId}`);
  await expect(nobody.getByRole("alert")).toContainText(`This needs the role viewer in demo; you have none there. Ask ${account.name}.`);
});
