import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "@playwright/test";
import type { Destination } from "#domain/notification.ts";
import type { PlanInput } from "#domain/plan.ts";
import { startWebhookReceiver } from "#server/testing/webhook-receiver.ts";
import { type Client, createDemo, type Demo, quickTimes, savePlan, setUpAccount, startRollout } from "./support/client.ts";
import { startConsole } from "./support/console.ts";
import { until } from "./support/until.ts";

/**
 * `npm run screenshots [-- NAME]`: every screen, or those with NAME in their name, light and dark, wide and narrow, into
 * `screenshots/`. Says where a page is wider than the window and what the browser complained about, and ends with 1 then.
 */
const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));
const openMs = 15_000;
const endedMs = 120_000;
/** Until charts and sparklines have something to draw. */
const drawnMs = 2_500;
/** As many finished rollouts as the insights ask for. */
const finishedMin = 5;
/** Of a picture, in pixels. */
const heightMax = 5_000;

interface Look {
  readonly name: string;
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
  readonly hasTouch?: true;
}

const looks: readonly Look[] = (["light", "dark"] as const).flatMap((colorScheme) => [
  { name: `1440-${colorScheme}`, colorScheme, viewport: { width: 1440, height: 900 } },
  { name: `390-${colorScheme}`, colorScheme, viewport: { width: 390, height: 844 }, hasTouch: true },
]);

interface Screen {
  readonly name: string;
  readonly path: string;
  /** Opens what is to be seen on it. */
  readonly open?: (page: Page) => Promise<void>;
}

const wanted = process.argv[2] ?? "";
const complaints: string[] = [];

const { ensureChromium } = (await import("../scripts/ensure-chromium.mjs" as string)) as { ensureChromium(): Promise<string> };
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox", "--disable-gpu"] });
const receiver = await startWebhookReceiver();
const tideline = await startConsole({ TIDELINE_ALLOW_PRIVATE_URLS: "127.0.0.1", TIDELINE_SECRET_WEBHOOK: "a key that only the receiver has" });
try {
  await mkdir(folder, { recursive: true });
  const shoot = (client: Client | null, screens: readonly Screen[]) => shootAll(browser, tideline.url, client, screens);
  const setup = new URL(tideline.setupLink() ?? "/setup", tideline.url);
  await shoot(null, [{ name: "setup", path: `${setup.pathname}${setup.hash}` }]);
  const client = await setUpAccount(tideline);
  await shoot(null, [{ name: "sign-in", path: "/login" }]);
  await shoot(client, [
    { name: "first-run", path: "/" },
    { name: "rollouts-empty", path: "/rollouts" },
    { name: "insights-empty", path: "/insights" },
    { name: "activity-empty", path: "/activity" },
    { name: "notifications-empty", path: "/settings/notifications" },
  ]);
  const { token } = await client.trpc.invitations.create.mutate({
    email: "grace@example.org",
    access: { defaultRole: "approver", roles: {}, granted: [] },
  });
  await shoot(null, [{ name: "invite", path: `/invite#token=${token}` }]);
  const demo = await createDemo(client, 200);
  await addDestinations(client);
  await shoot(client, await fullScreens(client, demo));
} finally {
  await browser.close();
  await tideline.close();
  await receiver.close();
}
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** Some rollouts that ended, good and bad, and one that waits for a person. */
async function fullScreens(client: Client, demo: Demo): Promise<Screen[]> {
  const quick = { ...quickTimes, batches: [4, "100%"], maxUnavailable: "50%" } satisfies PlanInput;
  const ended: string[] = [];
  for (let turn = 0; turn < finishedMin; turn += 1) ended.push(await rollOut(client, demo, turn % 2 === 0 ? "1.1" : "1.0", quick));
  const failed = await rollOut(client, demo, "1.5", quick);
  const planId = await savePlan(client, "careful", { batches: [1, 2, "25%"], soak: "2m" });
  const rolloutId = await startRollout(client, demo, "1.0", { ...quickTimes, batches: [1, { size: 2, approval: true }, "50%"], soak: "5s" });
  await until(async () => (await statusOf(client, rolloutId)).needsPerson !== null, "Nothing waited for an approval.", endedMs);
  await client.trpc.tokens.create.mutate({ name: "ci", access: { defaultRole: "operator", roles: {}, granted: [] }, days: 90 });
  const live = `/rollouts/${rolloutId}`;
  const { startedAt } = await client.trpc.rollouts.get.query({ rolloutId });
  const firstInstance = (await client.trpc.fleets.get.query({ fleetId: demo.fleetId })).instances[0]?.instanceId ?? "";
  return [
    { name: "fleets", path: "/" },
    { name: "palette", path: "/", open: (page) => page.keyboard.press("Control+k") },
    { name: "fleet", path: `/fleets/${demo.fleetId}` },
    { name: "start", path: `/fleets/${demo.fleetId}`, open: (page) => page.getByRole("button", { name: /^Start/ }).click() },
    { name: "plans", path: "/plans" },
    { name: "plan", path: `/plans/${planId}` },
    { name: "plan-new", path: "/plans/new" },
    { name: "rollouts", path: "/rollouts" },
    { name: "compare", path: `/rollouts/compare?a=${ended[0]}&b=${failed}` },
    { name: "live", path: live },
    { name: "live-instance", path: `${live}?instance=${encodeURIComponent(firstInstance)}` },
    { name: "live-roll-back", path: `${live}?ask=rollBack` },
    { name: "live-before", path: `${live}?at=${new Date(startedAt + 3_000).toISOString()}` },
    { name: "live-rolled-back", path: `/rollouts/${failed}` },
    { name: "insights", path: "/insights" },
    { name: "activity", path: "/activity" },
    { name: "settings", path: "/settings" },
    { name: "people", path: "/settings/people" },
    { name: "tokens", path: "/settings/tokens" },
    { name: "sign-on", path: "/settings/sign-on" },
    { name: "notifications", path: "/settings/notifications", open: (page) => page.getByRole("button", { name: "Send a test to on-call" }).click() },
    { name: "notifications-new", path: "/settings/notifications", open: (page) => page.getByRole("button", { name: "Add destination…" }).click() },
    { name: "release-new", path: `/fleets/${demo.fleetId}`, open: openSecretVariable },
  ];
}

/** One that takes all, and two that take nothing. */
async function addDestinations({ trpc }: Client): Promise<void> {
  const common = { scope: { type: "environment", environment: "demo" }, about: ["attention", "ends"] } satisfies Partial<Destination>;
  const webhook = { kind: "webhook", key: "env:TIDELINE_SECRET_WEBHOOK", ...common } as const;
  const destinations: Destination[] = [
    { ...webhook, name: "on-call", url: receiver.url("/good") },
    { ...webhook, name: "chat bridge", url: receiver.url("/bad") },
    { kind: "slack", name: "deployments", url: "file:/run/secrets/slack-of-the-team-that-deploys", ...common },
  ];
  for (const destination of destinations) await trpc.notifications.save.mutate({ destinationId: null, destination });
}

async function openSecretVariable(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^New release/ }).click();
  await page.getByRole("button", { name: "Add variable" }).click();
  await page
    .getByRole("button", { name: /is a secret$/ })
    .last()
    .click();
}

async function rollOut(client: Client, demo: Demo, releaseName: string, plan: PlanInput): Promise<string> {
  const rolloutId = await startRollout(client, demo, releaseName, plan);
  await until(async () => (await statusOf(client, rolloutId)).endedAt !== null, `The rollout to ${releaseName} did not end.`, endedMs);
  return rolloutId;
}

async function statusOf({ trpc }: Client, rolloutId: string) {
  const found = (await trpc.rollouts.list.query({})).find((rollout) => rollout.rolloutId === rolloutId);
  if (!found) throw new Error("A rollout that was started is not listed.");
  return found;
}

async function shootAll(browser: Browser, url: string, client: Client | null, screens: readonly Screen[]): Promise<void> {
  const shown = screens.filter(({ name }) => name.includes(wanted));
  if (shown.length === 0) return;
  for (const { name: look, ...settings } of looks) {
    const context = await browser.newContext({ ...settings, reducedMotion: "reduce" });
    await context.addCookies([...(client?.cookies ?? [])].map(([name, value]) => ({ name, value, url })));
    for (const { name, path, open } of shown) {
      const page = await context.newPage();
      const complain = (text: string) => complaints.push(`${name}-${look}: ${text}`);
      page.on("pageerror", ({ message }) => complain(message));
      page.on("console", (message) => message.type() === "error" && complain(message.text()));
      await page.goto(`${url}${path}`);
      await page.getByRole("heading").first().waitFor({ timeout: openMs });
      await pass(drawnMs);
      if (open === undefined) await growToPage(page, settings.viewport);
      await open?.(page).catch(({ message }: Error) => complain(message.split("\n")[0] ?? ""));
      await pass(drawnMs / 5);
      const { scrollWidth, clientWidth } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        clientWidth: document.documentElement.clientWidth,
      }));
      if (scrollWidth > clientWidth) complain(`${scrollWidth} px wide in a window of ${clientWidth} px`);
      await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
      await page.close();
    }
    await context.close();
  }
}

/** The whole page in one window: what is drawn only when it comes into view is drawn, and bars stay at the edges. */
async function growToPage(page: Page, { width, height }: Look["viewport"]): Promise<void> {
  const scrollHeight = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(heightMax, Math.max(height, scrollHeight)) });
}
