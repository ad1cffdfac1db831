import { randomUUID } from "node:crypto";
import { chromium, type Page } from "@playwright/test";
import { account, type Client, createDemo, setUpAccount, startRollout } from "../e2e/support/client.ts";
import { startConsole } from "../e2e/support/console.ts";
import { until } from "../e2e/support/until.ts";
import { note, printTable } from "./report.ts";
import { waitUntilWhole } from "./rollouts.ts";

const rounds = 50;
const wantedMs = 150;

/**
 * From the commit of an event to the frame after the one that shows it. A rollout is paused and resumed; each event's own time
 * is taken before its commit, so the figure is an upper bound. The page and the server share this machine's clock.
 */
export async function benchPixel(): Promise<boolean> {
  const { ensureChromium } = (await import("../scripts/ensure-chromium.mjs" as string)) as { ensureChromium(): Promise<string> };
  const console = await startConsole();
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const client = await setUpAccount(console);
    const demo = await createDemo(client, 100);
    await waitUntilWhole(client, demo.fleetId);
    const rolloutId = await startRollout(client, demo, "1.1", { batches: [1], soak: "1h", minHealthyTime: "1s", watch: "0s" });
    const page = await browser.newPage();
    await signIn(page, console.url, `/rollouts/${rolloutId}`);
    await until(async () => isSoaking(client, rolloutId), "Batch 1 did not soak.", 60_000);
    await page.evaluate(watchStatus);
    const delays: number[] = [];
    for (let round = 0; round < rounds; round++)
      for (const type of ["pause", "resume"] as const) delays.push(await measure(client, page, rolloutId, type));
    return report(delays);
  } finally {
    await browser.close();
    await console.close();
  }
}

async function signIn(page: Page, url: string, path: string): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /^Pause/ }).waitFor();
}

async function isSoaking({ trpc }: Client, rolloutId: string): Promise<boolean> {
  return (await trpc.rollouts.get.query({ rolloutId })).waiting.some(({ reason }) => reason === "soaking");
}

interface Watched {
  tidelineShown?: { text: "pause" | "resume"; at: number }[];
}

/** In the page: when the decision's words changed, and the frame with it was handed to the screen. */
function watchStatus(): void {
  const shown: { text: "pause" | "resume"; at: number }[] = [];
  (window as unknown as Watched).tidelineShown = shown;
  let paused = false;
  new MutationObserver(() => {
    // Only the banner: what is said to screen readers is gathered on purpose and comes later.
    const now = document.querySelector('section[aria-label="What happens now"] h2')?.textContent === "Paused by a person";
    if (now === paused) return;
    paused = now;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => shown.push({ text: now ? "pause" : "resume", at: performance.timeOrigin + performance.now() });
      channel.port2.postMessage(null);
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

async function measure({ trpc }: Client, page: Page, rolloutId: string, type: "pause" | "resume"): Promise<number> {
  const before = await page.evaluate(() => (window as unknown as Watched).tidelineShown?.length ?? 0);
  const { seq } = await trpc.rollouts.command.mutate({ type, commandId: randomUUID(), rolloutId });
  const shown = await until(
    () => page.evaluate((count) => (window as unknown as Watched).tidelineShown?.[count] ?? null, before),
    `The page did not show the ${type}.`,
    10_000,
  );
  const [event] = await trpc.rollouts.events.query({ rolloutId, afterSeq: seq - 1, limit: 1 });
  return shown.at - (event?.at ?? shown.at);
}

function report(delays: readonly number[]): boolean {
  const sorted = [...delays].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  printTable(
    `Commit to pixel, ${delays.length} events`,
    ["ms"],
    [
      ["p50", at(0.5).toFixed(0)],
      ["p95", at(0.95).toFixed(0)],
      [`p99 (≤ ${wantedMs} wanted)`, at(0.99).toFixed(0)],
      ["slowest", (sorted.at(-1) ?? Number.NaN).toFixed(0)],
    ],
  );
  note("Measured from the event's own time, which is taken before its commit.");
  return at(0.99) <= wantedMs;
}
