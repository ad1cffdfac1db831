import { chmod, copyFile, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";
import { digestDirectory, listDirectory } from "#server/io/digest.ts";
import { isPathOpen } from "./reach.ts";

/**
 * As root, instances run under another user, who cannot enter root's home or a private temporary directory. What they
 * are to run from there is copied to a place that everyone may pass through and only root may change.
 */
export interface Stage {
  /** The copy's path. Checked against the digest each time. */
  copyDirectory(directory: string, digest: string): Promise<string>;
  copyProgram(program: string): Promise<string>;
  /** Removes copies of other digests. */
  prune(digests: ReadonlySet<string>): Promise<void>;
}

const roots = ["/var/tmp", "/tmp"];

/** `memo` is a file in the data directory that remembers where the place is. */
export function createStage(memo: string): Stage {
  const running = new Map<string, Promise<string>>();

  function once(path: string, make: () => Promise<string>): Promise<string> {
    const known = running.get(path);
    if (known) return known;
    const fresh = make().finally(() => running.delete(path));
    running.set(path, fresh);
    return fresh;
  }

  return {
    copyDirectory: (directory, digest) => once(digest, async () => copyVerified(directory, join(await openPlace(memo), digest), digest)),
    copyProgram: (program) =>
      once(program, async () => {
        const folder = join(await openPlace(memo), "bin");
        await mkdir(folder, { recursive: true });
        await chmod(folder, 0o755);
        const target = join(folder, "node");
        const [wanted, found] = await Promise.all([lstat(program), lstat(target).catch(() => null)]);
        if (found?.size === wanted.size && found.mtimeMs >= wanted.mtimeMs) return target;
        await copyFile(program, `${target}.draft`);
        await chmod(`${target}.draft`, 0o755);
        await rename(`${target}.draft`, target);
        return target;
      }),
    prune: async (digests) => {
      const place = await findPlace(memo);
      if (!place) return;
      for (const name of await readdir(place))
        if (name !== "bin" && !digests.has(name)) await rm(join(place, name), { recursive: true, force: true });
    },
  };
}

async function copyVerified(directory: string, target: string, digest: string): Promise<string> {
  const isThere = await digestDirectory(target).then(
    (found) => found === digest,
    () => false,
  );
  if (isThere) return target;
  const draft = `${target}.draft`;
  await rm(draft, { recursive: true, force: true });
  await rm(target, { recursive: true, force: true });
  await cp(directory, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  for (const { path, type, executable } of await listDirectory(draft)) {
    if (type !== "link") await chmod(join(draft, path), type === "directory" || executable ? 0o755 : 0o644);
  }
  if ((await digestDirectory(draft)) !== digest) {
    await rm(draft, { recursive: true, force: true });
    throw new Failure("invalid", `${directory} changed while it was copied. Try again when nothing writes to it.`);
  }
  await rename(draft, target);
  return target;
}

async function openPlace(memo: string): Promise<string> {
  const known = await findPlace(memo);
  if (known) return known;
  for (const root of roots) {
    if (!(await isPathOpen(root).catch(() => false))) continue;
    const place = await mkdtemp(join(root, "tideline-run-"));
    await chmod(place, 0o711);
    await writeFile(memo, place, { mode: 0o600 });
    return place;
  }
  throw new Failure(
    "unavailable",
    `Instances run as another user than root, who can read none of ${roots.join(", ")}. Put the release where every user may read it.`,
  );
}

/** The place from before, if it is still there and still root's alone. */
async function findPlace(memo: string): Promise<string | null> {
  const place = await readFile(memo, "utf8").catch(() => "");
  const found = place === "" ? null : await lstat(place).catch(() => null);
  return found?.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o777) === 0o711 ? place : null;
}
