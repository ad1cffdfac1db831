import { randomUUID } from "node:crypto";
import { expect, type Page } from "@playwright/test";
import type { PlanInput } from "#domain/plan.ts";
import { runForeign } from "../server/testing/docker/foreign.ts";
import { connectTestEngine, importService, serviceImage, testEngineUrl } from "../server/testing/docker/test-images.ts";
import { startHaproxy } from "../server/testing/haproxy.ts";
import { quickTimes } from "./support/client.ts";
import { signIn, test } from "./support/fixtures.ts";

const plan = { ...quickTimes, batches: [1, "100%"], maxUnavailable: 1, metrics: false } satisfies PlanInput;
const requestEveryMs = 25;

test("containers behind HAProxy are connected, tried, rolled out under load and removed, by hand", async ({ page, console, client }) => {
  test.setTimeout(300_000);
  const engine = connectTestEngine();
  await importService(engine);
  const haproxy = await startHaproxy(process.env["HAPROXY_PATH"] ?? "haproxy");
  try {
    await signIn(page, console, "/");
    await connect(page, haproxy.settings);
    await expect(page.getByRole("region", { name: "Instances", exact: true })).toContainText("3 of 3 ready, 3 in rotation", { timeout: 90_000 });
    await expect(page.getByRole("main")).toContainText("Behind HAProxy, backend shop");
    expect((await fetch(haproxy.url)).status).toBe(200);

    await page.getByRole("button", { name: "New release" }).first().click();
    const form = page.getByRole("dialog", { name: "New release" });
    await form.getByLabel("Release name").fill("1.1");
    await form.getByLabel("Image", { exact: true }).fill(serviceImage);
    await form.getByRole("button", { name: "Add variable" }).click();
    await form.getByLabel("Name of variable 1").fill("NAME");
    await form.getByLabel("Value of variable 1").fill("better");
    await form.getByRole("button", { name: "Record release" }).click();
    await expect(form).toBeHidden();

    const [fleet] = await client.trpc.fleets.list.query();
    const releases = await client.trpc.releases.list.query({ service: "shop" });
    const better = releases.find(({ name }) => name === "1.1");
    const fleetId = fleet?.fleetId ?? "";
    const load = startLoad(haproxy.url);
    const asked = { fleetId, releaseId: better?.releaseId ?? "", plan, planName: "quick", acknowledged: true, confirm: "shop-eu" };
    const { rolloutId } = await client.trpc.rollouts.start.mutate({ commandId: randomUUID(), ...asked });
    await page.goto(`${console.url}/rollouts/${rolloutId}`);
    await expect(page.getByRole("region", { name: "What happens now" })).toContainText("All 3 instances run 1.1.", { timeout: 120_000 });
    const { answered, failed } = await load.end();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    expect(await (await fetch(haproxy.url)).json()).toMatchObject({ name: "better" });

    await client.trpc.fleets.remove.mutate({ fleetId, confirm: "shop-eu" });
    expect(await engine.listContainers({ all: true, filters: { label: [`tideline.fleet=${fleetId}`] } })).toEqual([]);
    expect((await fetch(haproxy.url)).status).toBe(503);
  } finally {
    await haproxy.close();
  }
});

test("containers that run already are adopted by hand, and go on when their fleet is removed", async ({ page, console, client }) => {
  test.setTimeout(120_000);
  const engine = connectTestEngine();
  await importService(engine);
  const theirs = [
    await runForeign(engine, { name: "web-1", Env: ["LEVEL=info", "API_TOKEN=hunter2"] }),
    await runForeign(engine, { name: "web-2", Env: ["LEVEL=debug", "API_TOKEN=hunter2"] }),
  ];
  try {
    await signIn(page, console, "/");
    await page.getByRole("button", { name: "Connect a fleet" }).first().click();
    const form = page.getByRole("dialog", { name: "Connect a fleet" });
    await form.getByLabel("Fleet name").fill("web");
    await form.getByLabel("Service").fill("web");
    await form.getByRole("radio", { name: /^Containers/ }).click();
    await form.getByLabel("Docker engine", { exact: true }).fill(testEngineUrl());
    await form.getByRole("button", { name: "List its containers" }).click();
    await form.getByRole("checkbox", { name: "web-1" }).click();
    await form.getByRole("button", { name: "Select all 2 of this image" }).click();
    await form.getByRole("button", { name: "Adopt 2 containers" }).click();
    await expect(form.getByLabel("Instances", { exact: true })).toBeDisabled();
    await expect(form.getByLabel("Instances", { exact: true })).toHaveValue("2");
    const panel = form.getByRole("region", { name: "Containers to adopt" });
    await expect(panel).toContainText("API_TOKEN seems to be a secret");
    await expect(form.getByLabel("Value of variable 2")).toHaveValue("");
    const create = form.getByRole("button", { name: "Create fleet with 2 instances" });
    await expect(create).toBeDisabled();
    await panel.getByLabel("Variable LEVEL").click();
    await page.getByRole("option", { name: "info (web-1)" }).click();
    await form.getByRole("button", { name: "Remove variable API_TOKEN" }).click();
    await form.getByLabel("Release name").fill("1.0");
    await create.click();
    await expect(form).toBeHidden({ timeout: 30_000 });
    await expect(page.getByRole("region", { name: "Instances", exact: true })).toContainText("2 of 2 ready, 2 in rotation", { timeout: 30_000 });
    const [fleet] = await client.trpc.fleets.list.query();
    await expect(page.getByRole("main")).toContainText("Not stopped: 2 containers that it adopted, which go on running.");
    await client.trpc.fleets.remove.mutate({ fleetId: fleet?.fleetId ?? "", confirm: "web" });
    const states = await Promise.all(theirs.map(async ({ inspect }) => (await inspect()).State.Status));
    expect(states).toEqual(["running", "running"]);
  } finally {
    for (const { remove } of theirs) await remove();
  }
});

/** By the form, each connection tried before. */
async function connect(page: Page, { socket, backend }: { readonly socket: string; readonly backend: string }): Promise<void> {
  await page.getByRole("button", { name: "Connect a fleet" }).first().click();
  const form = page.getByRole("dialog", { name: "Connect a fleet" });
  await form.getByLabel("Fleet name").fill("shop-eu");
  await form.getByLabel("Service").fill("shop");
  await form.getByLabel("Instances", { exact: true }).fill("3");
  await form.getByRole("radio", { name: /^Containers/ }).click();
  await form.getByLabel("Docker engine", { exact: true }).fill("unix:///nowhere.sock");
  await form.getByRole("button", { name: "Test connection" }).click();
  await expect(form.getByRole("region", { name: "What the test found" })).toContainText("Failed");
  await form.getByLabel("Docker engine", { exact: true }).fill(testEngineUrl());
  await form.getByRole("button", { name: "Test connection" }).click();
  await expect(form.getByRole("region", { name: "What the test found" })).toContainText("It takes changes");
  await form.getByRole("radio", { name: /^HAProxy/ }).click();
  await form.getByLabel("Runtime API").fill(socket);
  await form.getByLabel("Backend").fill(backend);
  await form.getByRole("button", { name: "Test connection" }).last().click();
  await expect(form.getByRole("region", { name: "What the test found" }).last()).toContainText("Servers may be taken in and out.");
  await form.getByLabel("Release name").fill("1.0");
  await form.getByLabel("Image", { exact: true }).fill(serviceImage);
  await form.getByRole("radio", { name: /^Processes/ }).click();
  await form.getByRole("radio", { name: /^Containers/ }).click();
  await expect(form.getByLabel("Image", { exact: true })).toHaveValue(serviceImage);
  await form.getByRole("button", { name: "Create fleet with 3 instances" }).click();
  await expect(form).toBeHidden({ timeout: 60_000 });
}

/** One request after the other is begun, whether those before have been answered or not. */
function startLoad(url: string) {
  const failed: string[] = [];
  const asking: Promise<void>[] = [];
  let answered = 0;
  const timer = setInterval(() => {
    asking.push(
      fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        async (response) => {
          await response.text();
          if (response.ok) answered += 1;
          else failed.push(String(response.status));
        },
        (error: Error) => void failed.push(error.message),
      ),
    );
  }, requestEveryMs);
  return {
    end: async () => {
      clearInterval(timer);
      await Promise.all(asking);
      return { answered, failed };
    },
  };
}
