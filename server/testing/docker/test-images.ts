import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Docker from "dockerode";

const run = promisify(execFile);
const service = fileURLToPath(new URL("../service.mjs", import.meta.url));
const greeter = fileURLToPath(new URL("../../../examples/greeter/server.mjs", import.meta.url));
const busybox = "/bin/busybox";

/** Names under which an engine has the images of the tests. No registry is reached: they are made from files of this machine. */
export const serviceImage = "tideline-test/service:1";
export const busyboxImage = "tideline-test/busybox:1";

/** The test service with the Node that runs the tests, and the libraries it needs. */
export function importService(docker: Docker): Promise<void> {
  return importRoot(docker, serviceImage, ['ENTRYPOINT ["/node", "/service.mjs"]'], async (root) => {
    await cp(process.execPath, join(root, "node"));
    await cp(service, join(root, "service.mjs"));
    await copyLibraries(process.execPath, root);
  });
}

/** A release of the example service, with busybox to ask it how it is. */
export function importGreeter(docker: Docker, image: string, env: Readonly<Record<string, string>>): Promise<void> {
  const changes = [...Object.entries({ HOST: "0.0.0.0", PORT: "8080", ...env }).map(([name, value]) => `ENV ${name}=${value}`)];
  return importRoot(docker, image, [...changes, 'ENTRYPOINT ["/node", "/server.mjs"]'], async (root) => {
    await cp(process.execPath, join(root, "node"));
    await cp(greeter, join(root, "server.mjs"));
    await cp(busybox, join(root, "busybox"));
    await copyLibraries(process.execPath, root);
    await copyLibraries(busybox, root);
  });
}

/** A shell and its tools, in one megabyte. */
export function importBusybox(docker: Docker, image = busyboxImage, changes: readonly string[] = []): Promise<void> {
  return importRoot(docker, image, changes, async (root) => {
    await mkdir(join(root, "bin"));
    await mkdir(join(root, "tmp"));
    await cp(busybox, join(root, "bin/busybox"));
    await copyLibraries(busybox, root);
    for (const name of ["sh", "sleep", "httpd", "true", "false", "cat", "echo", "mkdir", "dd", "kill", "yes", "head", "printf"])
      await symlink("busybox", join(root, "bin", name));
  });
}

/** None for a program that is linked statically. */
async function copyLibraries(program: string, root: string): Promise<void> {
  const { stdout } = await run("ldd", [program]).catch(() => ({ stdout: "" }));
  for (const [, library = ""] of stdout.matchAll(/(\/\S+) \(0x/g)) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await cp(library, join(root, library), { dereference: true });
  }
}

async function importRoot(docker: Docker, image: string, changes: readonly string[], fill: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "tideline-image-"));
  try {
    await fill(root);
    const tar = spawn("tar", ["-c", "-C", root, "."], { stdio: ["ignore", "pipe", "inherit"] });
    const [repo, tag] = image.split(/:(?=[^/:]*$)/);
    const answer = await docker.importImage(tar.stdout, { repo, tag, changes: [...changes] } as never);
    for await (const part of answer as unknown as AsyncIterable<Buffer>) if (part.includes('"error"')) throw new Error(part.toString());
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The engine that scripts/ensure-docker.mjs brought up, or that somebody named. */
export function testEngineUrl(): string {
  const url = process.env["DOCKER_HOST"];
  if (!url?.startsWith("unix://")) throw new Error("These tests need a Docker engine at a unix socket. Run them with: npm run test:docker");
  return url;
}

export function connectTestEngine(url = testEngineUrl()): Docker {
  return new Docker({ socketPath: url.slice("unix://".length) });
}
