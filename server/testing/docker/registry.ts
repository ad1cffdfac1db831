import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "#server/testing/local-runtime.ts";

/** A real registry on the loopback address, which asks for a password. */
export interface TestRegistry {
  readonly host: string;
  readonly user: string;
  readonly password: string;
  close(): Promise<void>;
}

const user = "ci";
const password = "open sesame 7";
/** bcrypt of that password. */
const hash = "$2b$05$/XrQXsd8tLn.Db8XvsHGROkLbTjP6jVRO3vL9A/JoNPTy7qBNDKm6";

export async function startRegistry(): Promise<TestRegistry> {
  const program = process.env["DOCKER_REGISTRY_PATH"] ?? "docker-registry";
  const directory = await mkdtemp(join(tmpdir(), "tideline-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(directory, "htpasswd"), `${user}:${hash}\n`);
  await writeFile(
    join(directory, "config.json"),
    JSON.stringify({
      version: "0.1",
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(directory, "data") } },
      http: { addr: host },
      auth: { htpasswd: { realm: "test", path: join(directory, "htpasswd") } },
    }),
  );
  const child = spawn(program, ["serve", join(directory, "config.json")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const isUp = () =>
    fetch(`http://${host}/v2/`).then(
      ({ status }) => status === 401,
      () => false,
    );
  await waitUntil(isUp, "the registry answers");
  return {
    host,
    user,
    password,
    close: async () => {
      child.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
