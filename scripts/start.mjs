// npm start: builds when the sources changed since the last build, then becomes the server.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isBuilt } from "./build-stamp.mjs";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) refuse(`Tideline needs Node 20.19 or newer; this is ${process.versions.node}.`);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (!existsSync(join(root, "node_modules"))) refuse(`The packages are missing. Run "npm ci" in ${root} first.`);
// Variables that are set already win over the file.
if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));

if (!isBuilt(root)) {
  process.stdout.write("Building Tideline: the sources have changed since the last build. This takes a minute.\n");
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "build.mjs"), "--if-needed"], { stdio: "inherit" });
  if (status !== 0) refuse("Tideline could not be built, so it was not started.");
}
process.env.NODE_ENV = "production";
process.env.NEXT_TELEMETRY_DISABLED = "1";
// In this very process, so that signals reach the server and nothing stands between it and its supervisor.
await import(new URL("../build/server.mjs", import.meta.url).href);

function refuse(message) {
  process.stderr.write(`\n${message}\n\n`);
  process.exit(1);
}
