#!/usr/bin/env node
// Finds a Chromium for the journeys in the browser, and installs one by the platform's means when there is none.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackage, isDebian, isProgram, placesOf, runProgram } from "./programs.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const elsewhere = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

/** Absolute path of a browser that starts. Throws with the next step when there is none and none can be installed. */
export async function ensureChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (!isProgram(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which is not a program.`);
    return chosen;
  }
  const found = await findChromium();
  if (found) return found;
  const tried = install();
  const installed = await findChromium();
  if (installed) return installed;
  throw new Error(
    `The journeys need a Chromium and none was found. Tried: ${tried}.\n` +
      "Install Chromium or Google Chrome, or give its path in CHROMIUM_PATH, and run this again.",
  );
}

async function findChromium() {
  const candidates = [...placesOf(names), ...elsewhere, await playwrightsOwn()];
  return candidates.find((candidate) => isProgram(candidate)) ?? null;
}

async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test");
  return chromium.executablePath();
}

/** The distribution's package where we may, else Playwright's download. Answers with what was tried. */
function install() {
  if (installPackage("chromium")) return "apt-get install chromium";
  const cli = join(createRequire(import.meta.url).resolve("@playwright/test/package.json"), "..", "cli.js");
  const code = runProgram(process.execPath, [cli, "install", "chromium"]);
  return `${isDebian() ? "apt-get install chromium (as root only), " : ""}playwright install chromium (ended with ${code})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await ensureChromium()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
