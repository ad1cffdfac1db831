#!/usr/bin/env node
// Finds a Chromium for the journeys in the browser, and installs one by the platform's means when there is none.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const elsewhere = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
const installTimeoutMs = 15 * 60_000;

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
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/snap/bin"];
  const candidates = [...names.flatMap((name) => folders.filter(Boolean).map((folder) => join(folder, name))), ...elsewhere, await playwrightsOwn()];
  return candidates.find((candidate) => isProgram(candidate)) ?? null;
}

async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test");
  return chromium.executablePath();
}

function isProgram(path) {
  const stats = path && existsSync(path) ? statSync(path) : null;
  return Boolean(stats?.isFile() && stats.mode & 0o111);
}

/** As root on Debian and its children the distribution's package; else Playwright's download. Answers with what was tried. */
function install() {
  if (process.getuid?.() === 0 && isDebian()) {
    const update = run("apt-get", ["update"]);
    const added = update === 0 ? run("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"]) : update;
    if (added === 0) return "apt-get install chromium";
  }
  const cli = join(createRequire(import.meta.url).resolve("@playwright/test/package.json"), "..", "cli.js");
  const code = run(process.execPath, [cli, "install", "chromium"]);
  return `${isDebian() ? "apt-get install chromium (as root only), " : ""}playwright install chromium (ended with ${code})`;
}

function isDebian() {
  return existsSync("/etc/os-release") && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

function run(program, args) {
  process.stdout.write(`> ${program} ${args.join(" ")}\n`);
  const { status } = spawnSync(program, args, {
    stdio: ["ignore", "inherit", "inherit"],
    timeout: installTimeoutMs,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status ?? "a signal";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await ensureChromium()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
