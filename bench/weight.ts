import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Browser, chromium, type Page, type Response } from "@playwright/test";
import { createDemo, setUpAccount, startRollout } from "../e2e/support/client.ts";
import { startConsole } from "../e2e/support/console.ts";
import { note, printTable } from "./report.ts";
import { waitUntilWhole } from "./rollouts.ts";

const settledMs = 5_000;
const layoutShiftMax = 0.01;

interface Weight extends Pick<Visit, "name" | "scriptsMax"> {
  /** Bytes of the scripts, as gzip: of those asked for before the content was there, and of those that were asked for after it. */
  readonly scripts: number;
  readonly later: number;
  readonly styles: number;
  readonly fonts: number;
  /** Hosts other than the console's own. */
  readonly strangers: readonly string[];
  /** Of the first seconds: the sum of what jumped (web.dev, Cumulative Layout Shift), and what jumped. */
  readonly layoutShift: number;
  readonly jumped: readonly string[];
}

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
    const visits: Visit[] = [
      { name: "sign-in", url: `${console.url}/login`, cookies: new Map(), content: "form", scriptsMax: 130_000 },
      {
        name: "live page",
        url: `${console.url}/rollouts/${rolloutId}`,
        cookies: client.cookies,
        content: "main:has(section[aria-label='What happens now'] h2):has(section[aria-label=Commands] button) [role=grid]",
        scriptsMax: 300_000,
      },
    ];
    const rows: Weight[] = [];
    for (const visit of visits) rows.push(await weigh(browser, visit));
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
  /** A selector: with it the page can be read and used. What it asked for until its `load` counts as well. */
  readonly content: string;
  readonly scriptsMax: number;
}

interface Script {
  readonly askedAt: number;
  readonly bytes: number;
}

async function weigh(browser: Browser, { name, url, cookies, content, scriptsMax }: Visit): Promise<Weight> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  try {
    await context.addCookies([...cookies].map(([cookie, value]) => ({ name: cookie, value, url: new URL(url).origin })));
    const page = await context.newPage();
    const strangers = new Set<string>();
    const scripts: Promise<Script>[] = [];
    const sums = { stylesheet: 0, font: 0 };
    const bodies: Promise<unknown>[] = [];
    page.on("response", (response) => {
      const { host, protocol } = new URL(response.url());
      if (protocol.startsWith("http") && host !== new URL(url).host) strangers.add(host);
      const type = response.request().resourceType();
      if (type === "script") scripts.push(weighScript(response));
      if (type === "stylesheet") bodies.push(response.body().then((body) => (sums.stylesheet += gzipSync(body).length)));
      // Fonts are compressed already.
      if (type === "font") bodies.push(response.body().then((body) => (sums.font += body.length)));
    });
    await page.addInitScript(watch, content);
    // Through `load`, so that all that the document itself asks for has been asked for.
    await page.goto(url);
    await page.locator(content).first().waitFor();
    await wait(settledMs);
    await Promise.all(bodies);
    const seen = await readSeen(page);
    const all = await Promise.all(scripts);
    const sumOf = (some: readonly Script[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      name,
      scripts: sumOf(all.filter(({ askedAt }) => askedAt <= seen.contentAt)),
      later: sumOf(all.filter(({ askedAt }) => askedAt > seen.contentAt)),
      scriptsMax,
      styles: sums.stylesheet,
      fonts: sums.font,
      strangers: [...strangers],
      layoutShift: seen.shift,
      jumped: seen.jumped,
    };
  } finally {
    await context.close();
  }
}

async function weighScript(response: Response): Promise<Script> {
  const bytes = gzipSync(await response.body()).length;
  return { bytes, askedAt: response.request().timing().startTime };
}

interface Seen {
  /** When the content was painted and the document loaded, in milliseconds since 1970. */
  contentAt: number;
  shift: number;
  jumped: string[];
}

/** In the page, before anything of it. No function in it has a name: the compiler's helper for names is not there. */
function watch(content: string): void {
  const seen: Seen = { contentAt: 0, shift: 0, jumped: [] };
  (window as unknown as { tidelineSeen: Seen }).tidelineSeen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node: Node | null }[] })[]) {
      seen.shift += entry.value;
      for (const { node } of entry.sources) {
        const element = node instanceof Element ? node : node?.parentElement;
        seen.jumped.push(`${entry.value.toFixed(4)} at ${entry.startTime.toFixed(0)} ms: ${element?.outerHTML.slice(0, 160) ?? "gone"}`);
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
  const observer = new MutationObserver(() => {
    if (document.readyState !== "complete" || !document.querySelector(content)) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        seen.contentAt = performance.timeOrigin + performance.now();
      };
      channel.port2.postMessage(null);
    });
  });
  observer.observe(document, { subtree: true, childList: true });
}

async function readSeen(page: Page): Promise<Seen> {
  const seen = await page.evaluate(() => (window as unknown as { tidelineSeen: Seen }).tidelineSeen);
  // A page that was whole in its first answer changes nothing more: all of it counts.
  return seen.contentAt === 0 ? { ...seen, contentAt: Number.POSITIVE_INFINITY } : seen;
}

/** Of the build: what stands in the document of every page, whatever is on it. */
function weighFramework(): number {
  const built = join(import.meta.dirname, "../.next");
  const { rootMainFiles } = JSON.parse(readFileSync(join(built, "build-manifest.json"), "utf8")) as { rootMainFiles: string[] };
  return rootMainFiles.reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
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
  note("scripts: asked for before the content (form; sentence, matrix and commands) was painted and the document loaded; later: after it, unasked.");
  note(`React, Next and their loader alone, which every page of this build asks for: ${kb(weighFramework())} kB.`);
  note(`Wanted besides: a layout shift of ${layoutShiftMax} at most, and nothing from elsewhere.`);
  for (const { name, jumped, layoutShift } of rows) if (layoutShift > layoutShiftMax) for (const one of jumped) note(`${name} jumped by ${one}`);
  return rows.every((row) => row.scripts <= row.scriptsMax && row.strangers.length === 0 && row.layoutShift <= layoutShiftMax);
}
