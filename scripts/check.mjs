#!/usr/bin/env node
// Everything that can be told from the text alone, in seconds and without a database. Names what is wrong and where.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { brokenReferences } from "./check-docs.mjs";
import { checkImports } from "./check-imports.mjs";
import { impurities, tooLong, unfinishedWork } from "./check-text.mjs";
import { unguardedVerbs } from "./check-verbs.mjs";
import { listSources, root } from "./sources.mjs";

const outputMax = 20_000;
const steps = {
  "format and lint": () => runTool("biome", ["check", "--error-on-warnings", "--max-diagnostics=50", "."]),
  types: () => runTool("tsc", ["--noEmit"]),
  "import law": checkImports,
  "dead code": () => runTool("knip", ["--no-progress"]),
  "domain purity": () => checkTexts([".ts"], impurities, (path) => path.startsWith("domain/")),
  "file length": () => checkTexts([".ts", ".tsx", ".mjs", ".css"], tooLong),
  "verbs ask": () => checkTexts([".ts"], unguardedVerbs, (path) => path.startsWith("server/") && !path.startsWith("server/testing/")),
  "unfinished work": () => checkTexts([".ts", ".tsx", ".mjs"], unfinishedWork),
  "references in docs": checkDocs,
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  const startedAt = performance.now();
  const { problems, summary } = await step();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stdout.write(`${problems.length === 0 ? "ok  " : "FAIL"}  ${name}${summary ? `, ${summary}` : ""} (${seconds} s)\n`);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  failed += problems.length === 0 ? 0 : 1;
}
process.stdout.write(`${Object.keys(steps).length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function checkTexts(endings, check, isWanted = () => true) {
  const paths = listSources(endings).filter(isWanted);
  if (paths.length === 0) return { problems: ["No file was found to check."] };
  return { problems: paths.flatMap((path) => check(path, readFileSync(root + path, "utf8"))), summary: `${paths.length} files` };
}

function checkDocs() {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const world = {
    exists: (path) => existsSync(root + path),
    textOf: (path) => readFileSync(root + path, "utf8"),
    commands: new Set(Object.keys(scripts)),
  };
  return checkTexts([".md"], (path, text) => brokenReferences(path, text, world));
}

async function runTool(tool, args) {
  const child = spawn(process.execPath, [toolPath(tool), ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output = (output + chunk).slice(-outputMax)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { problems: code === 0 ? [] : [output.trim() || `${tool} ended with ${code}.`], summary: "" };
}

/** The tool's own entry, called with this Node: no shell, no npx. */
function toolPath(tool) {
  const folder = { biome: "@biomejs/biome", tsc: "typescript", knip: "knip" }[tool];
  const { bin } = JSON.parse(readFileSync(`${root}node_modules/${folder}/package.json`, "utf8"));
  return `${root}node_modules/${folder}/${typeof bin === "string" ? bin : bin[tool]}`;
}
