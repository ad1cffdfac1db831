import { expect } from "@playwright/test";
import { isInFlight } from "#domain/rollout.ts";
import { type Client, quickTimes, startRollout, untilWhole } from "./support/client.ts";
import { test } from "./support/fixtures.ts";
import { openRollout } from "./support/live-page.ts";
import { until } from "./support/until.ts";

/**
 * Half the fleet at a time and a long hold: time enough to press a button in the middle, also on a busy machine. Without
 * evidence: one good release in two leans a little against itself, and then resuming asks for a reason.
 */
const holdMs = 20_000;
const plan = {
  batches: ["50%"],
  maxUnavailable: "50%",
  minHealthyTime: `${holdMs}ms`,
  drainTimeout: "3s",
  soak: "2s",
  watch: "2s",
  metrics: false as const,
};

async function updatesOf({ trpc }: Client, rolloutId: string) {
  return (await trpc.rollouts.get.query({ rolloutId })).updates.values();
}

test("pause in the middle of a batch: what is in flight is named and finishes, nothing more is touched; resume goes on", async ({
  page,
  console,
  client,
  demo,
}) => {
  await untilWhole(client, demo.fleetId, holdMs);
  const rolloutId = await startRollout(client, demo, "1.1", plan);
  const { now, commands } = await openRollout(page, console, rolloutId);
  await until(async () => (await updatesOf(client, rolloutId)).some(({ phase }) => phase === "checking"), "Nothing was in flight.", 30_000);
  await commands.getByRole("button", { name: "Pause" }).click();
  await expect(now).toContainText("Paused by a person");
  await expect(now).toContainText(/i\d+.* were in flight and finish/);

  const begun = (await updatesOf(client, rolloutId)).filter(({ attempt }) => attempt > 0).map(({ instanceId }) => instanceId);
  await until(async () => !(await updatesOf(client, rolloutId)).some(isInFlight), "What was in flight did not finish.", 90_000);
  await expect(now).not.toContainText("in flight and finish");
  const after = (await updatesOf(client, rolloutId)).filter(({ attempt }) => attempt > 0);
  expect(after.map(({ instanceId }) => instanceId)).toEqual(begun);
  expect(after.map(({ phase }) => phase)).toEqual(begun.map(() => "updated"));

  await commands.getByRole("button", { name: "Resume" }).click();
  await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 120_000 });
});

test("roll back by hand while paused", async ({ page, console, client, demo }) => {
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: [{ size: "50%", approval: true }] });
  const { now, commands, dialog } = await openRollout(page, console, rolloutId);
  await expect(now).toContainText("Batch 1 needs a person's approval", { timeout: 60_000 });
  await commands.getByRole("button", { name: "Pause" }).click();
  await expect(now).toContainText("Paused by a person");

  await commands.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog.getByRole("button", { name: /^Roll back/ })).toBeDisabled();
  await dialog.getByLabel("Reason").fill("The greeting is wrong.");
  await dialog.getByRole("button", { name: /^Roll back/ }).click();
  await expect(now).toContainText("Rolled back from 1.1", { timeout: 90_000 });
  await expect(now).toContainText("The greeting is wrong.");
  await expect(now).toContainText("All 12 instances are back on 1.0");
});
