// Finds programs that some tests need, and installs them by the platform's means when they are not there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const installTimeoutMs = 15 * 60_000;

/** Where programs of these names may be, on the PATH and beyond it. */
export function placesOf(names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/snap/bin", "/usr/sbin", "/usr/local/sbin"];
  return names.flatMap((name) => folders.filter(Boolean).map((folder) => join(folder, name)));
}

export function isProgram(path) {
  const stats = path && existsSync(path) ? statSync(path) : null;
  return Boolean(stats?.isFile() && stats.mode & 0o111);
}

/** As root on Debian and its children, the distribution's package. Answers whether it was installed. */
export function installPackage(name) {
  if (process.getuid?.() !== 0 || !isDebian()) return false;
  if (runProgram("apt-get", ["update"]) !== 0) return false;
  return runProgram("apt-get", ["install", "--yes", "--no-install-recommends", name]) === 0;
}

export function isDebian() {
  return existsSync("/etc/os-release") && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Its exit code. */
export function runProgram(program, args) {
  process.stdout.write(`> ${program} ${args.join(" ")}\n`);
  const { status } = spawnSync(program, args, {
    stdio: ["ignore", "inherit", "inherit"],
    timeout: installTimeoutMs,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status ?? "a signal";
}
