import { fileURLToPath } from "node:url";
import type { Browser } from "@playwright/test";
import { build } from "esbuild";
import { printTable } from "../report.ts";
import type { PaintTimes } from "./paint-page.ts";
import { quantile } from "./quantile.ts";

const rounds = 60;
const wantedFullMs = 4;
const wantedChangedMs = 1;
/** The size that fits by itself, and the largest of which a screen holds a few thousand. */
const steps = [null, 8] as const;

/** How long the matrix takes to paint 10,000 cells, and 200 changes among them, in a real browser. */
export async function benchPaint(browser: Browser): Promise<boolean> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("./paint-page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    jsx: "automatic",
    minify: true,
  });
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? "" });
  const measured: PaintTimes[] = [];
  for (const step of steps) measured.push(await page.evaluate(([count, size]) => window.tidelinePaint(count, size), [rounds, step] as const));
  await page.close();
  printTable(
    "Painting 10,000 instances, ms",
    measured.map(({ cellWidth }) => `cells of ${cellWidth} px`),
    [
      [`whole, p50 (≤ ${wantedFullMs} wanted)`, ...measured.map(({ full }) => quantile(full, 0.5).toFixed(2))],
      ["whole, p95", ...measured.map(({ full }) => quantile(full, 0.95).toFixed(2))],
      [`200 changes, p50 (≤ ${wantedChangedMs} wanted)`, ...measured.map(({ changed }) => quantile(changed, 0.5).toFixed(2))],
      ["200 changes, p95", ...measured.map(({ changed }) => quantile(changed, 0.95).toFixed(2))],
    ],
  );
  return measured.every(({ full, changed }) => quantile(full, 0.5) <= wantedFullMs && quantile(changed, 0.5) <= wantedChangedMs);
}

declare global {
  interface Window {
    tidelinePaint(rounds: number, step: number | null): PaintTimes;
  }
}
