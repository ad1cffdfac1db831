// Tells whether the sources are those of the last build: a hash over the contents of everything a build reads.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const folders = ["app", "components", "hooks", "domain", "db", "server", "public"];
const files = ["package.json", "package-lock.json", "next.config.ts", "postcss.config.mjs", "tsconfig.json", "scripts/build.mjs"];
const isTest = /\.test\.tsx?$/;

/** Where a finished build leaves its stamp. */
export function stampPath(root) {
  return join(root, "build", "stamp");
}

export function hashSources(root) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}`);
  const found = folders.flatMap((folder) => listFiles(join(root, folder))).sort();
  for (const path of [...found, ...files.map((file) => join(root, file))]) {
    const content = read(path);
    if (content) hash.update(`\0${path.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** True when nothing has to be built. */
export function isBuilt(root) {
  const stamp = read(stampPath(root))?.toString("utf8");
  return stamp !== undefined && stamp === hashSources(root);
}

function listFiles(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !isTest.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
