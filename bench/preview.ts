import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { printTable } from "./report.ts";

const sizes = [100, 1_000, 4_000] as const;
const wantedMs = 100;
const wantedSize = 1_000;
const rounds = 15;

interface PreviewBench {
  tidelinePreviewMs(instances: number): number;
}

/** The plan designer's preview, the engine itself, in a real browser: median of some runs, each of a plan not seen before. */
export async function benchPreview(): Promise<boolean> {
  const { ensureChromium } = (await import("../scripts/ensure-chromium.mjs" as string)) as { ensureChromium(): Promise<string> };
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("./preview-page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    minify: true,
  });
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? "" });
    const medians: number[] = [];
    for (const size of sizes) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1)
        times.push(await page.evaluate((count) => (window as unknown as PreviewBench).tidelinePreviewMs(count), size));
      times.sort((a, b) => a - b);
      medians.push(times[Math.floor(times.length / 2)] ?? Number.NaN);
    }
    printTable(
      "Preview of the default plan in Chromium, median",
      sizes.map((size) => `${size} instances`),
      [["ms", ...medians.map((ms) => ms.toFixed(0))]],
    );
    return (medians[sizes.indexOf(wantedSize)] ?? Number.POSITIVE_INFINITY) <= wantedMs;
  } finally {
    await browser.close();
  }
}
