// npm run dev: the server from its sources, started again when one of them changes; pages are rebuilt while you look at them.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
const tsx = createRequire(import.meta.url).resolve("tsx/cli");
const env = { ...process.env, NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1" };
const child = spawn(process.execPath, [tsx, "watch", "--clear-screen=false", "server/main.ts"], { cwd: root, env, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
