// Brings up a Docker engine for the tests that run on a real one, and takes it down. The distribution's is installed where there is none.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackage, isProgram, placesOf } from "./programs.mjs";

const startMsMax = 60_000;
const stopMsMax = 20_000;
const pollMs = 100;

/**
 * The engine that DOCKER_HOST names (a unix socket of this machine), else one of our own with its own socket, data and
 * bridge. Null when there is none and none can be started here. `env` is for the tests; `stop` ends what was started.
 */
export async function ensureDocker() {
  const registry = find("docker-registry") ?? (installPackage("docker-registry") ? find("docker-registry") : null);
  if (!registry) return null;
  const chosen = process.env.DOCKER_HOST;
  if (chosen) return { env: { DOCKER_HOST: chosen, DOCKER_REGISTRY_PATH: registry }, stop: async () => {} };
  // A daemon of its own needs root: for its network, and for the file systems of its containers.
  if (process.getuid?.() !== 0) return null;
  const program = find("dockerd") ?? (installPackage("docker.io") ? find("dockerd") : null);
  if (!program || (!isProgram("/bin/busybox") && !installPackage("busybox-static"))) return null;
  const engine = await startEngine({ program });
  return {
    env: { DOCKER_HOST: engine.url, DOCKER_REGISTRY_PATH: registry, DOCKERD_PATH: program, DOCKERD_PID: String(engine.pid) },
    stop: engine.stop,
  };
}

/** `dataBytes`: all that its images and containers have, which makes a full disk cheap to come by. `network`: false for none. */
export async function startEngine({ program, dataBytes, network = true }) {
  const directory = mkdtempSync(join(tmpdir(), "tideline-docker-"));
  const data = join(directory, "data");
  const socket = join(directory, "docker.sock");
  const bridge = network ? createBridge() : "none";
  if (dataBytes) mount(data, dataBytes);
  const args = [
    ...["--data-root", data, "--exec-root", join(directory, "exec"), "--pidfile", join(directory, "pid"), "-H", `unix://${socket}`],
    ...(bridge ? ["--bridge", bridge] : []),
    ...(network ? [] : ["--iptables=false"]),
  ];
  const output = openSync(join(directory, "log"), "a");
  const child = spawn(program, args, { stdio: ["ignore", output, output] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const clear = () => {
    for (const place of mountsBelow(directory)) spawnSync("umount", ["--lazy", place]);
    if (bridge && bridge !== "none") spawnSync("ip", ["link", "delete", bridge]);
    rmSync(directory, { recursive: true, force: true });
  };
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
    await ended;
    clearTimeout(late);
    clear();
  };
  const deadline = Date.now() + startMsMax;
  while (!(await isUp(socket))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const words = readFileSync(join(directory, "log"), "utf8").trim().split("\n").slice(-3).join("\n");
      await stop();
      throw new Error(`The Docker engine did not start:\n${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return { url: `unix://${socket}`, pid: child.pid, stop };
}

/** Two engines on one bridge would give the same addresses away. Null: the engine makes its usual one. */
function createBridge() {
  const number = process.pid % 200;
  const name = `tideline${number}`;
  const ip = (...args) => spawnSync("ip", args, { stdio: "ignore" }).status === 0;
  if (!ip("link", "add", "name", name, "type", "bridge")) return null;
  if (ip("address", "add", `172.29.${number}.1/24`, "dev", name) && ip("link", "set", name, "up")) return name;
  ip("link", "delete", name);
  return null;
}

function mount(directory, bytes) {
  const made = spawnSync("sh", ["-c", 'mkdir -p "$1" && mount -t tmpfs -o "size=$2" tmpfs "$1"', "sh", directory, String(bytes)]);
  if (made.status !== 0) throw new Error(`A file system of ${bytes} bytes could not be mounted: ${made.stderr}`);
}

/** An engine leaves some of its own behind. Innermost first. */
function mountsBelow(directory) {
  const places = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return places.filter((place) => place.startsWith(`${directory}/`)).reverse();
}

function isUp(socketPath) {
  return new Promise((resolve) => {
    const asking = request({ socketPath, path: "/_ping", timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(false));
    asking.end();
  });
}

function find(name) {
  return [...placesOf([name]), join("/usr/sbin", name)].find((place) => isProgram(place)) ?? null;
}
