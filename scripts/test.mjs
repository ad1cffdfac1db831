#!/usr/bin/env node
// All suites, or those named: node scripts/test.mjs [check unit simulate db process build e2e]. Ends with one count over all of them.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./ensure-chromium.mjs";
import { ensurePrometheus } from "./ensure-prometheus.mjs";
import { describeFailures, failuresOfPlaywright, failuresOfVitest } from "./failures.mjs";
import { root } from "./sources.mjs";

const require = createRequire(import.meta.url);
const reports = mkdtempSync(join(tmpdir(), "tideline-tests-"));
const suiteTimeoutMs = 25 * 60_000;
const simulationSeconds = 150;
const simulationRuns = 15_000;

const suites = {
  check: async () => {
    const { code, output } = await runNode(["scripts/check.mjs"]);
    const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [null, "0", "1"];
    return toCount(code, Number(passed), Number(failed));
  },
  unit: () => runVitest("unit"),
  simulate: runSimulation,
  db: () => runVitest("db"),
  process: runProcesses,
  build: async () => {
    const { code } = await runNode(["scripts/build.mjs"]);
    return toCount(code, code === 0 ? 1 : 0, code === 0 ? 0 : 1);
  },
  e2e: runPlaywright,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) {
  process.stderr.write(`There is no suite "${unknown[0]}". Suites: ${Object.keys(suites).join(", ")}.\n`);
  process.exit(2);
}

const rows = [];
try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(suites)) {
    process.stdout.write(`\n== ${name}\n`);
    const startedAt = performance.now();
    const count = await suites[name]().catch((error) => ({ passed: 0, failed: 1, note: error.message }));
    rows.push({ name, seconds: Math.round((performance.now() - startedAt) / 1_000), ...count });
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}

const failures = rows.flatMap(({ failures = [] }) => failures);
process.stdout.write(failures.length === 0 ? "\n" : `\n== what failed\n${describeFailures(failures)}\n\n`);
for (const { name, passed, failed, seconds, note } of rows) {
  process.stdout.write(
    `${failed === 0 ? "ok  " : "FAIL"}  ${name.padEnd(8)} ${passed} passed, ${failed} failed (${seconds} s)${note ? `: ${note}` : ""}\n`,
  );
}
const total = rows.reduce((sum, row) => ({ passed: sum.passed + row.passed, failed: sum.failed + row.failed }), { passed: 0, failed: 0 });
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Without a Prometheus the tests that need one are left out, and it is said. */
async function runProcesses() {
  const prometheus = ensurePrometheus();
  if (prometheus) return runVitest("process", { PROMETHEUS_PATH: prometheus });
  const count = await runVitest("process", { WITHOUT_PROMETHEUS: "1" });
  return {
    ...count,
    note: [count.note, "without the tests that need Prometheus: install it, or give its path in PROMETHEUS_PATH"].filter(Boolean).join("; "),
  };
}

async function runVitest(project, env = {}) {
  const report = join(reports, `${project}.json`);
  const cli = join(require.resolve("vitest/package.json"), "..", "vitest.mjs");
  const { code } = await runNode([cli, "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], env);
  const read = readReport(report);
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = read;
  const brokenFiles = testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0).length;
  const count = toCount(
    code,
    numPassedTests,
    numFailedTests + numPendingTests + brokenFiles,
    numPendingTests > 0 ? `${numPendingTests} did not run` : undefined,
  );
  return { ...count, failures: failuresOfVitest(read) };
}

/** Random scenarios under every invariant, as many as fit; each run counts. */
async function runSimulation() {
  const cli = join(require.resolve("tsx/package.json"), "..", "dist", "cli.mjs");
  const { code, output } = await runNode([cli, "simulate/main.ts", "--runs", String(simulationRuns), "--seconds", String(simulationSeconds)]);
  const [, played] = /^(\d+) runs from seed/m.exec(output) ?? [null, "0"];
  const [, failed] = /^(\d+) runs failed/m.exec(output) ?? [null, "0"];
  return toCount(code, Number(played) - Number(failed), Number(failed));
}

async function runPlaywright() {
  const chromium = await ensureChromium();
  const report = join(reports, "e2e.json");
  const cli = join(require.resolve("@playwright/test/package.json"), "..", "cli.js");
  const { code } = await runNode([cli, "test", "--reporter=list,json"], { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  const read = readReport(report);
  const { stats, errors } = read;
  return { ...toCount(code, stats.expected, stats.unexpected + stats.flaky + stats.skipped + errors.length), failures: failuresOfPlaywright(read) };
}

/** A suite that ran nothing, or ended badly without naming a test, has failed. */
function toCount(code, passed, failed, note) {
  if (failed === 0 && (code !== 0 || passed === 0)) return { passed, failed: 1, note: code === 0 ? "nothing ran" : `ended with ${code}` };
  return { passed, failed, note };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error("it ended without a report");
  }
}

async function runNode(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
    timeout: suiteTimeoutMs,
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    process.stdout.write(chunk);
    output = (output + chunk).slice(-2_000);
  });
  const code = await new Promise((resolve) => child.on("close", (status, signal) => resolve(status ?? signal)));
  return { code, output };
}
