import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import swc from "@swc/core";
import { withFolder } from "./with-folder.mjs";

const require = createRequire(import.meta.url);
const law = require("../.dependency-cruiser.cjs");
const root = fileURLToPath(new URL("..", import.meta.url));
const planted = fileURLToPath(new URL("./fixtures/import-law", import.meta.url));
const folders = ["app", "components", "hooks", "domain", "db", "server", "cli", "e2e", "scripts", "bench", "simulate", "replay"];
/** Fewer than this means that the cruiser did not see the sources, and would pass on nothing. */
const modulesFloor = 60;

/**
 * dependency-cruiser 17 can read TypeScript 7 sources only through swc, to which it does not say that a file holds JSX,
 * and it does not tell `import type` from `import`. So the parser is told here, and each kind is cruised by itself.
 */
let kind = "value";
const parseFileSync = swc.parseFileSync;
swc.parseFileSync = (file, options) => {
  const tree = parseFileSync(file, { ...options, tsx: file.endsWith("x") });
  tree.body = tree.body.filter((node) => (node.typeOnly ?? false) === (kind === "type") || !("source" in node) || node.source === null);
  return tree;
};

/** Breaches of the import law, one line each, and how many modules were read. */
export async function checkImports() {
  const found = await cruiseBoth(
    root,
    folders.filter((folder) => existsSync(`${root}${folder}`)),
  );
  const problems = found.violations.map(({ rule, from, to }) => `${from} imports ${to}. ${commentOf(rule.name)} (${rule.name})`);
  if (found.modules < modulesFloor)
    problems.push(`Only ${found.modules} modules were read, at least ${modulesFloor} are expected: the check sees too little.`);
  return { problems: [...problems, ...(await checkPlanted())], summary: `${found.modules} modules` };
}

function commentOf(name) {
  return [...law.forbidden, ...law.forbiddenForValues].find((rule) => rule.name === name)?.comment ?? "";
}

/** Files under fixtures/import-law are named after the rule that they break: `domain/breaks.domain-stands-alone.ts`. */
async function checkPlanted() {
  const found = await cruiseBoth(planted, ["app", "components", "hooks", "domain", "db", "server", "simulate", "replay"]);
  const caught = new Set(found.violations.map(({ rule, from }) => `${rule.name} ${from}`));
  const expected = found.sources.filter((source) => source.includes("/breaks."));
  if (expected.length < 8) return [`Only ${expected.length} planted breaches were read in scripts/fixtures/import-law.`];
  const missed = expected.filter((source) => !caught.has(`${source.split("/breaks.")[1].replace(/\.tsx?$/, "")} ${source}`));
  const wrong = [...caught].filter((line) => !line.includes("/breaks."));
  return [
    ...missed.map((source) => `The planted breach scripts/fixtures/import-law/${source} was not caught.`),
    ...wrong.map((line) => `scripts/fixtures/import-law: a lawful file was refused: ${line}`),
  ];
}

async function cruiseBoth(baseDir, where) {
  const value = await cruiseOne("value", baseDir, where, [...law.forbidden, ...law.forbiddenForValues]);
  const type = await cruiseOne("type", baseDir, where, law.forbidden);
  const sources = [...new Set([...value.modules, ...type.modules].map(({ source }) => source))].filter((source) => !source.includes("node_modules"));
  return { sources, modules: sources.length, violations: [...value.summary.violations, ...type.summary.violations] };
}

async function cruiseOne(which, baseDir, where, forbidden) {
  kind = which;
  const { cruise } = await import("dependency-cruiser");
  const result = await withFolder(baseDir, () =>
    cruise(where, {
      parser: "swc",
      validate: true,
      ruleSet: { forbidden },
      doNotFollow: { path: "node_modules" },
      exclude: { path: "^scripts/fixtures/|^(build|\\.next|data)/" },
      enhancedResolveOptions: {
        extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
        exportsFields: ["exports"],
        conditionNames: ["import", "node", "default", "types"],
      },
    }),
  );
  return result.output;
}
