import { expect } from "@playwright/test";
import { quickTimes, startRollout } from "./support/client.ts";
import { test } from "./support/fixtures.ts";
import { serverAway } from "./support/guard.ts";
import { openRollout } from "./support/live-page.ts";
import { until } from "./support/until.ts";

test("the server is killed and started again under an open page: it says reconnecting, then goes on", async ({
  page,
  guard,
  console,
  client,
  demo,
}) => {
  const rolloutId = await startRollout(client, demo, "1.1", { ...quickTimes, batches: ["25%"], soak: "3s" });
  const { now, connection } = await openRollout(page, console, rolloutId);
  await expect(connection).toHaveText(/^Live/);
  const { address } = await client.trpc.fleets.get.query({ fleetId: demo.fleetId });
  await until(
    async () => (await client.trpc.rollouts.get.query({ rolloutId })).updates.values().some(({ phase }) => phase === "updated"),
    "No instance was updated.",
    40_000,
  );

  guard.expectComplaints(serverAway);
  await console.kill();
  await expect(connection).toHaveText(/^Reconnecting/);
  const answer = await fetch(address ?? "");
  expect(answer.ok, "users are served while the console is down").toBe(true);

  await console.start();
  await expect(connection).toHaveText(/^Live/, { timeout: 40_000 });
  await expect(now).toContainText("All 12 instances run 1.1.", { timeout: 90_000 });
  const { updates } = await client.trpc.rollouts.get.query({ rolloutId });
  expect(updates.values().map(({ attemptsUsed }) => attemptsUsed)).toEqual(Array.from({ length: 12 }, () => 1));
});
