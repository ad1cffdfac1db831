import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { startRollout } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

const picture = fileURLToPath(new URL("../docs/images/live.png", import.meta.url));
/** Seconds of traffic of both releases, so that the charts have something to say. */
const enough = 25;

test("the live page shows a slower release beside the old one while a batch soaks", async ({ page, console, client, demo }) => {
  await client.trpc.fleets.setTraffic.mutate({ fleetId: demo.fleetId, requestsPerSecond: 300 });
  const plan = { batches: [1, "25%", "50%"], soak: "25s", minHealthyTime: "1s", drainTimeout: "3s", watch: "10s", metrics: { warmUp: "2s" } };
  const rolloutId = await startRollout(client, demo, "1.2", plan);
  await page.setViewportSize({ width: 1440, height: 1000 });
  await signIn(page, console, `/rollouts/${rolloutId}`);
  const main = page.getByRole("main");
  await expect(main).toContainText("Batch 2 is on 1.2 and soaks", { timeout: 90_000 });
  await expect
    .poll(
      async () => (await client.trpc.fleets.samples.query({ fleetId: demo.fleetId, windowMs: 60_000, widthMs: 1_000 })).filter(isOfNewRelease).length,
      {
        timeout: 60_000,
      },
    )
    .toBeGreaterThan(enough);
  await expect(main).toContainText(/Batch 2 soaks for another 1\d s/);
  await page.getByRole("button", { name: "Whole rollout" }).click();
  await expect(main).toContainText(/1\.2: p99 [4-9]\d\d ms · 1\.0: p99/);
  // Written only on request, so that a run of the tests leaves the tree as it was.
  if (process.env.TIDELINE_PICTURE === "write") {
    await mkdir(dirname(picture), { recursive: true });
    await page.screenshot({ path: picture, animations: "disabled" });
  }

  function isOfNewRelease(sample: { readonly releaseId: string; readonly requests: number }): boolean {
    return sample.releaseId === demo.releases["1.2"] && sample.requests > 0;
  }
});
