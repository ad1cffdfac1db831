import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const notOurs = new Set(["node_modules", ".git", ".next", "build", "data", "test-results", "playwright-report", "screenshots", "fixtures"]);

/** Paths below the project's root, `/`-separated, of every file of ours that ends in one of `endings`. */
export function listSources(endings, below = "") {
  return readdirSync(root + below, { withFileTypes: true }).flatMap((entry) => {
    const path = below + entry.name;
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : listSources(endings, `${path}/`);
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
  });
}
