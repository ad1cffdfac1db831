// Builds the pages with Next (.next) and the server and the runtime with esbuild (build/*.mjs), then stamps the build.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { hashSources, isBuilt, stampPath } from "./build-stamp.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "build");
const lockPath = join(out, "lock");
const waitMsMax = 10 * 60_000;
const pollMs = 500;

await lock();
try {
  if (process.argv.includes("--if-needed") && isBuilt(root)) process.exit(0);
  // Taken before the build, so that a file saved meanwhile is built at the next start.
  const stamp = hashSources(root);
  rmSync(stampPath(root), { force: true });
  await buildServer();
  buildPages();
  writeFileSync(stampPath(root), stamp);
} finally {
  rmSync(lockPath, { force: true });
}

/** Packages stay outside and come from node_modules; our own `#…` imports are bundled. */
async function buildServer() {
  await build({
    absWorkingDir: root,
    entryPoints: { server: "server/main.ts", runtime: "server/runtime/main.ts" },
    outdir: "build",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
}

function buildPages() {
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build"], { cwd: root, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return;
  process.stderr.write(`${stdout}\n${stderr}\n`);
  throw new Error("The pages could not be built; the lines above say why.");
}

/** One build at a time: a second one waits, then finds that there is nothing left to do. */
async function lock() {
  mkdirSync(out, { recursive: true });
  const deadline = Date.now() + waitMsMax;
  while (!tryLock()) {
    const holder = Number(readLock());
    if (holder && !isAlive(holder)) rmSync(lockPath, { force: true });
    else if (Date.now() > deadline) throw new Error(`Another build (process ${holder}) does not end. End it, or remove ${lockPath}.`);
    else await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function tryLock() {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function readLock() {
  try {
    return readFileSync(lockPath, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
