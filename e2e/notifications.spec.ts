import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { startWebhookReceiver, type WebhookReceiver } from "#server/testing/webhook-receiver.ts";
import { expectAccessible } from "./support/axe.ts";
import { quickTimes, startRollout } from "./support/client.ts";
import { startConsole } from "./support/console.ts";
import { test as base, signIn } from "./support/fixtures.ts";

/** A console that may call a receiver on this machine, and has two secrets to name. */
const test = base.extend<{ readonly receiver: WebhookReceiver }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
  receiver: async ({}, use) => {
    const receiver = await startWebhookReceiver();
    await use(receiver);
    await receiver.close();
  },
  console: async ({ receiver }, use, info) => {
    info.setTimeout(info.timeout + 90_000);
    const running = await startConsole({
      TIDELINE_ALLOW_PRIVATE_URLS: "127.0.0.1",
      TIDELINE_SECRET_WEBHOOK: "a key that only the receiver has",
      TIDELINE_SECRET_SLACK: receiver.url("/good/of-the-team"),
    });
    await use(running);
    await running.close();
  },
});

test("an admin says where notifications go and tries it out; a failing destination is shown, and gets all of it later", async ({
  page,
  guard,
  console,
  client,
  demo,
  receiver,
}) => {
  guard.expectComplaints(/\b400\b/);
  await signIn(page, console, "/settings/notifications");
  await page.getByRole("button", { name: "Add destination…" }).click();
  const dialog = page.getByRole("dialog", { name: "New destination" });
  await dialog.getByRole("radio", { name: /^Slack/ }).click();
  await dialog.getByLabel("Name").fill("team");
  await dialog.getByLabel("Address").fill("https://hooks.slack.com/services/T0/B0/hunter2");
  await dialog.getByRole("button", { name: "Add destination" }).click();
  await expect(dialog).toContainText("The secret itself is not kept here.");
  await expectAccessible(page);
  await dialog.getByRole("radio", { name: "Webhook" }).click();
  await dialog.getByLabel("Name").fill("on-call");
  await dialog.getByLabel("Address").fill(receiver.url("/switched"));
  await dialog.getByLabel("Signing key").fill("env:TIDELINE_SECRET_WEBHOOK");
  await dialog.getByRole("button", { name: "Send test" }).click();
  await expect(dialog.getByRole("status")).toContainText(/Test delivered.*answered 200/);
  expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({ type: "test", link: `${console.url}/settings/notifications` });
  await dialog.getByRole("button", { name: "Add destination" }).click();
  const row = page.getByRole("list", { name: "Destinations" }).getByRole("listitem");
  await expect(row).toContainText("Nothing sent yet");

  const plan = { ...quickTimes, batches: [{ size: 1, approval: true }, "50%"], maxUnavailable: "50%" };
  const rolloutId = await startRollout(client, demo, "1.1", plan);
  await expect(row).toContainText("Last delivered", { timeout: 60_000 });
  expect(receiver.received.slice(1).map(({ body }) => JSON.parse(body))).toMatchObject([
    { about: ["attention"], why: expect.stringContaining("needs a person's approval"), link: `${console.url}/rollouts/${rolloutId}` },
  ]);

  receiver.answerWith(503);
  await client.trpc.rollouts.command.mutate({ type: "cancel", commandId: randomUUID(), rolloutId, reason: "Not today." });
  await expect(row).toContainText(/answered 503.*tried again/, { timeout: 60_000 });
  await expect(row).toContainText("1 waits to be delivered");
  await expectAccessible(page);
  receiver.answerWith(204);
  await expect(row).not.toContainText("503", { timeout: 60_000 });
  const sent = receiver.received.map(({ body }) => JSON.parse(body));
  expect(sent.at(-1)).toMatchObject({ about: ["ends"], rollout: { status: "cancelled" } });
  expect(sent.at(-1).id).toBe(sent.at(-2).id);

  await row.getByRole("button", { name: "Edit on-call" }).click();
  const edit = page.getByRole("dialog", { name: "Edit on-call" });
  await edit.getByRole("radio", { name: /^Slack/ }).click();
  await edit.getByLabel("Address").fill("env:TIDELINE_SECRET_SLACK");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("env:TIDELINE_SECRET_SLACK");
  await row.getByRole("button", { name: "Send a test to on-call" }).click();
  await expect(row.getByRole("status")).toContainText("Test failed");
  await expect(row.getByRole("status")).toContainText("[redacted]");
  await expect(page.getByRole("main")).not.toContainText("of-the-team");
  await row.getByRole("button", { name: "Remove on-call" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove destination" }).click();
  await expect(page.getByRole("main")).toContainText("Nobody is told yet");
});

test("a release names a secret, which is refused where it cannot be read", async ({ page, guard, console, client, demo }) => {
  guard.expectComplaints(/\b400\b/);
  await signIn(page, console, `/fleets/${demo.fleetId}`);
  await page.getByRole("button", { name: /^New release/ }).click();
  const dialog = page.getByRole("dialog", { name: "New release" });
  await dialog.getByLabel("Release name").fill("2.0");
  await dialog.getByRole("button", { name: "Add variable" }).click();
  await dialog
    .getByLabel(/^Name of variable/)
    .last()
    .fill("API_KEY");
  await dialog
    .getByLabel(/^Value of variable/)
    .last()
    .fill("env:TIDELINE_SECRET_NOT_THERE");
  await dialog.getByRole("button", { name: "Variable API_KEY is a secret" }).click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Record release" }).click();
  await expect(dialog).toContainText("The server has no variable TIDELINE_SECRET_NOT_THERE.");
  await dialog
    .getByLabel(/^Value of variable/)
    .last()
    .fill("env:TIDELINE_SECRET_WEBHOOK");
  await dialog.getByRole("button", { name: "Record release" }).click();
  await expect(dialog).toHaveCount(0);
  const recorded = (await client.trpc.releases.list.query({ service: demo.service })).find(({ name }) => name === "2.0");
  expect(recorded?.env["API_KEY"]).toEqual({ secret: "env:TIDELINE_SECRET_WEBHOOK" });
  expect(recorded?.secretVersions?.["API_KEY"]).toMatch(/^[0-9a-f]{8}:/);
});
