import type { BrowserContext, Page } from "@playwright/test";

/** What the page notes of itself; times in milliseconds since 1970. */
export interface PageNotes {
  /** Since navigation: the first pixels, the sentence that says what happens, and the matrix. */
  readonly firstPaintMs: number;
  readonly sentenceMs: number;
  readonly matrixMs: number;
  /** Tasks of more than 50 ms, by when they began and how long they took. */
  readonly longTasks: readonly { readonly at: number; readonly ms: number }[];
  /** The rollout's newest event on the screen, and when the frame with it was handed over. */
  readonly shown: readonly { readonly seq: number; readonly at: number }[];
}

const openMsMax = 30_000;

/** Opens a rollout's page, which from its first moment on notes what it does. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(noteAll);
  await page.goto(url);
  await page.waitForFunction(() => (window.tidelineNotes?.matrixMs ?? 0) > 0, undefined, { timeout: openMsMax });
  return page;
}

export async function readNotes(page: Page): Promise<PageNotes> {
  return page.evaluate(() => {
    const firstPaintMs = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
    return { ...(window.tidelineNotes as PageNotes), firstPaintMs };
  });
}

/** Runs in the page before anything of its own. No function in it has a name: the compiler's helper for names is not there. */
function noteAll(): void {
  const notes = {
    firstPaintMs: 0,
    sentenceMs: 0,
    matrixMs: 0,
    longTasks: [] as { at: number; ms: number }[],
    shown: [] as { seq: number; at: number }[],
  };
  window.tidelineNotes = notes;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) notes.longTasks.push({ at: performance.timeOrigin + startTime, ms: duration });
  }).observe({ type: "longtask", buffered: true });
  let known = 0;
  new MutationObserver(() => {
    if (notes.sentenceMs === 0 && document.querySelector('section[aria-label="What happens now"] h2')) notes.sentenceMs = performance.now();
    if (notes.matrixMs === 0 && document.querySelector("[role=grid]")) notes.matrixMs = performance.now();
    const seq = Number(
      /^(\d+) so far$/.exec(document.querySelector("[role=log]")?.closest("section")?.querySelector("header p")?.textContent ?? "")?.[1] ?? 0,
    );
    if (seq === known) return;
    known = seq;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => notes.shown.push({ seq, at: performance.timeOrigin + performance.now() });
      channel.port2.postMessage(null);
    });
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

declare global {
  interface Window {
    tidelineNotes?: PageNotes;
  }
}
