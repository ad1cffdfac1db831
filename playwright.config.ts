import { defineConfig } from "@playwright/test";

const waiting = [
  "**/evidence.spec.ts",
  "**/everyday.spec.ts",
  "**/notifications.spec.ts",
  "**/prometheus.spec.ts",
  "**/states.spec.ts",
  "**/pages.spec.ts",
  "**/containers.spec.ts",
];
/** Left out by scripts/test.mjs where there is no Docker engine or no HAProxy. */
const cannot = process.env.DOCKER_HOST && process.env.HAPROXY_PATH ? [] : ["**/containers.spec.ts"];

/** Journeys in a real Chromium against the real, built server. scripts/test.mjs finds the browser. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  // Each journey has a server, a database and a fleet of its own: one at a time, so that timing is the product's. Those in
  // which nothing depends on it, or which mostly wait for traffic to tell something, go beside the others.
  workers: 2,
  fullyParallel: false,
  projects: [
    { name: "journeys", testIgnore: [...waiting, ...cannot], workers: 1 },
    { name: "waiting", testMatch: waiting, testIgnore: cannot, workers: 1 },
  ],
  forbidOnly: true,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    // A recorded trace costs the page half of its time: it is made on request.
    trace: process.env.TIDELINE_TRACE === "on" ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
