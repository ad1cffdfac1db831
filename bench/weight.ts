import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Browser, chromium } from "@playwright/test";
import { createDemo, setUpAccount, startRollout } from "../e2e/support/client.ts";
import { startConsole } from "../e2e/support/console.ts";
import { note, printTable } from "./report.ts";
import { waitUntilWhole } from "./rollouts.ts";

const settledMs = 3_000;

interface Weight {
  readonly name: string;
  /** Bytes of the scripts, as gzip: until the page can be read and used, and of those that come after. */
  readonly scripts: number;
  readonly later: number;
  readonly scriptsMax: number;
  readonly styles: number;
  readonly fonts: number;
  /** Hosts other than the console's own. */
  readonly strangers: readonly string[];
  /** Of the first seconds: the sum of what jumped (web.dev, Cumulative Layout Shift). */
  readonly layoutShift: number;
}

const layoutShiftMax = 0.01;

/** What a browser with nothing in its cache loads for a page of the build, and whether the page jumps while it fills and lives. */
export async function benchWeight(): Promise<boolean> {
  const { ensureChromium } = (await import("../scripts/ensure-chromium.mjs" as string)) as { ensureChromium(): Promise<string> };
  const console = await startConsole();
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const client = await setUpAccount(console);
    const demo = await createDemo(client, 100);
    await waitUntilWhole(client, demo.fleetId);
    const rolloutId = await startRollout(client, demo, "1.1", { batches: [1], soak: "1h", minHealthyTime: "1s", watch: "0s" });
    const rows = [
      await weigh(browser, { name: "sign-in", url: `${console.url}/login`, cookies: new Map(), scriptsMax: 130_000 }),
      await weigh(browser, {
        name: "live page",
        url: `${console.url}/rollouts/${rolloutId}`,
        cookies: client.cookies,
        scriptsMax: 300_000,
      }),
    ];
    return report(rows);
  } finally {
    await browser.close();
    await console.close();
  }
}

interface Visit {
  readonly name: string;
  readonly url: string;
  /** None of somebody who is not signed in. */
  readonly cookies: ReadonlyMap<string, string>;
  readonly scriptsMax: number;
}

async function weigh(browser: Browser, { name, url, cookies, scriptsMax }: Visit): Promise<Weight> {
  const context = await browser.newContext();
  try {
    await context.addCookies([...cookies].map(([cookie, value]) => ({ name: cookie, value, url: new URL(url).origin })));
    const page = await context.newPage();
    const sums = { script: 0, stylesheet: 0, font: 0 };
    const strangers = new Set<string>();
    const bodies: Promise<void>[] = [];
    page.on("response", (response) => {
      const { host, protocol } = new URL(response.url());
      if (protocol.startsWith("http") && host !== new URL(url).host) strangers.add(host);
      const type = response.request().resourceType();
      if (type === "script" || type === "stylesheet" || type === "font")
        bodies.push(
          response.body().then((body) => {
            // Fonts are compressed already.
            sums[type] += type === "font" ? body.length : gzipSync(body).length;
          }),
        );
    });
    await page.addInitScript(watchShifts);
    await page.goto(url);
    await page
      .getByRole(cookies.size === 0 ? "button" : "grid")
      .first()
      .waitFor();
    await Promise.all(bodies);
    const first = sums.script;
    await wait(settledMs);
    await Promise.all(bodies);
    const layoutShift = await page.evaluate(() => (window as unknown as { tidelineShift: number }).tidelineShift);
    return {
      name,
      scripts: first,
      later: sums.script - first,
      scriptsMax,
      styles: sums.stylesheet,
      fonts: sums.font,
      strangers: [...strangers],
      layoutShift,
    };
  } finally {
    await context.close();
  }
}

/** In the page, before anything of it. */
function watchShifts(): void {
  const seen = window as unknown as { tidelineShift: number };
  seen.tidelineShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tidelineShift += (entry as PerformanceEntry & { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
}

function report(rows: readonly Weight[]): boolean {
  const kb = (bytes: number) => Math.round(bytes / 1_000);
  printTable(
    "First visit, nothing cached (kB, scripts and styles as gzip)",
    ["scripts", "wanted", "later", "styles", "fonts", "layout shift", "from elsewhere"],
    rows.map((row) => [
      row.name,
      kb(row.scripts),
      `≤ ${kb(row.scriptsMax)}`,
      kb(row.later),
      kb(row.styles),
      kb(row.fonts),
      row.layoutShift.toFixed(4),
      row.strangers.length,
    ]),
  );
  note(`Wanted besides: a layout shift of ${layoutShiftMax} at most, and nothing from elsewhere.`);
  return rows.every((row) => row.scripts <= row.scriptsMax && row.strangers.length === 0 && row.layoutShift <= layoutShiftMax);
}
