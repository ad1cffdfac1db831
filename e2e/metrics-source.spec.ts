import { expect } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { signIn, test } from "./support/fixtures.ts";

test("a fleet's metrics source is tried out, told what is wrong with it step by step, and kept", async ({ page, guard, console, client, demo }) => {
  guard.expectComplaints(/\b400\b/);
  await signIn(page, console, `/fleets/${demo.fleetId}`);
  const card = page.getByRole("region", { name: "Metrics source" });
  await expect(card).toContainText("counted by the fleet's own balancer");
  await card.getByRole("button", { name: "Change…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Metrics source of/ });
  await dialog.getByRole("radio", { name: /^Prometheus/ }).click();
  await dialog.getByLabel("Address").fill("http://127.0.0.1:9090");
  await dialog.getByLabel("Failed requests").fill('greeter_requests_total{release=~"{{release}}"}');
  await dialog.getByLabel("All requests").fill('greeter_requests_total{release="{{release}}"}');
  await dialog.getByRole("combobox", { name: "Signs in with" }).click();
  await page.getByRole("option", { name: "A token" }).click();
  await dialog.getByLabel("Where the token is").fill("hunter2");
  await expectAccessible(page);

  await dialog.getByRole("button", { name: "Test" }).click();
  await expect(dialog).toContainText("The secret itself is not kept here.");
  await expect(dialog).toContainText('Compare the release with "="');
  await dialog.getByLabel("Failed requests").fill('greeter_requests_total{release="{{release}}",code=~"5.."}');
  await dialog.getByLabel("Where the token is").fill("env:TIDELINE_SECRET_NOT_THERE");
  await dialog.getByRole("button", { name: "Test" }).click();
  const found = dialog.getByRole("region", { name: "What the test found" });
  await expect(found).toContainText("The server has no variable TIDELINE_SECRET_NOT_THERE.");

  await dialog.getByRole("combobox", { name: "Signs in with" }).click();
  await page.getByRole("option", { name: "Nothing" }).click();
  await expect(found).toHaveCount(0);
  await dialog.getByRole("button", { name: "Test" }).click();
  await expect(found).toContainText("List the host in TIDELINE_ALLOW_PRIVATE_URLS if it is meant.");
  await expectAccessible(page);

  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(card).toContainText("Failed requests are counted by Prometheus at 127.0.0.1:9090, every 30s");
  const { fleet } = await client.trpc.fleets.get.query({ fleetId: demo.fleetId });
  expect(fleet.metrics).toMatchObject({ source: "prometheus", url: "http://127.0.0.1:9090", auth: { type: "none" } });
});
