import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { expect } from "@playwright/test";
import { TRPCClientError } from "@trpc/client";
import { quickTimes, startRollout } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly { readonly field: string; readonly message: string }[];
}

async function refusalOf(attempt: Promise<unknown>): Promise<Refused> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof TRPCClientError) return error.data.failure;
    throw error;
  }
  throw new Error("It was not refused.");
}

test("a release that cannot run is refused at its field, in the dialog", async ({ page, guard, console, client, demo }) => {
  guard.expectComplaints(/\b400\b/);
  const before = await client.trpc.releases.list.query({ service: demo.service });
  await signIn(page, console, `/fleets/${demo.fleetId}`);
  await page.getByRole("button", { name: "New release" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Release name").fill("9.9");
  await dialog.getByLabel("Command", { exact: true }).fill("no-such-program --serve");
  await dialog.getByLabel("Directory").fill("/no/such/directory");
  await dialog.getByRole("button", { name: /^Record/ }).click();
  await expect(dialog).toContainText("There is no directory /no/such/directory on this machine.");
  await dialog.getByLabel("Directory").fill(tmpdir());
  await dialog.getByRole("button", { name: /^Record/ }).click();
  await expect(dialog).toContainText(/The program "no-such-program" was found neither/);
  expect(await client.trpc.releases.list.query({ service: demo.service })).toHaveLength(before.length);
});

test("a plan that cannot be is refused with the field and the reason", async ({ client }) => {
  const plans = [
    [{ batches: [0] }, "plan.batches.0"],
    [{ maxUnavailable: "250%" }, "plan.maxUnavailable"],
    [{ soak: "-1" }, "plan.soak"],
    [{ surprise: 1 }, "plan"],
  ] as const;
  for (const [plan, field] of plans) {
    const refused = await refusalOf(client.trpc.plans.save.mutate({ name: "odd", plan: plan as object }));
    expect(refused.code).toBe("invalid");
    expect(refused.problems.map((problem) => problem.field).join(" ")).toContain(field);
  }
  for (const name of ["x".repeat(10_000), "<script>alert(1)</script>"]) {
    const refused = await refusalOf(client.trpc.plans.save.mutate({ name, plan: quickTimes }));
    expect(refused.problems.map((problem) => problem.field)).toContain("name");
  }
});

test("a start that cannot work is refused with the arithmetic, and a busy fleet takes one rollout only", async ({ client, demo }) => {
  const nothingMoves = await refusalOf(startRollout(client, demo, "1.1", { maxUnavailable: 0 }));
  expect(nothingMoves.message).toMatch(/maxUnavailable is 0/);
  const neverPasses = await refusalOf(startRollout(client, demo, "1.1", { minHealthyTime: "10s", healthyDeadline: "5s" }));
  expect(neverPasses.message).toMatch(/Readiness must hold for 10 s, but the deadline is 5 s/);

  const starts = await Promise.allSettled([startRollout(client, demo, "1.1", quickTimes), startRollout(client, demo, "1.1", quickTimes)]);
  const outcomes = starts.map((start) => (start.status === "fulfilled" ? "started" : String(start.reason)));
  expect(
    outcomes.filter((outcome) => outcome === "started"),
    outcomes.join("; "),
  ).toHaveLength(1);
  const busy = await refusalOf(startRollout(client, demo, "1.1", quickTimes));
  expect(busy.code).toBe("conflict");
  const missing = await refusalOf(client.trpc.rollouts.get.query({ rolloutId: randomUUID() }));
  expect(missing.code).toBe("not-found");
});
