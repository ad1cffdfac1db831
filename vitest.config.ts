import { defineConfig } from "vitest/config";

const notTests = ["**/node_modules/**", "build/**", ".next/**", "e2e/**", "data/**"];
const withDatabase = ["**/*.db.test.ts"];
const withProcesses = ["**/*.process.test.ts"];
const withDocker = ["**/*.docker.test.ts"];
const withBalancers = ["**/*.balancers.test.ts"];
/** Left out by scripts/test.mjs where there is none: tests that do not run would count as failed. */
const withoutPrometheus = process.env.WITHOUT_PROMETHEUS ? ["**/*.prometheus.process.test.ts"] : [];
/** Brings one PostgreSQL up for the run and takes it down. */
const globalSetup = ["./db/testing-setup.ts"];

/** Kinds of tests by what they need: nothing, PostgreSQL, real processes, a Docker engine, or HAProxy and NGINX. See docs/testing.md. */
export default defineConfig({
  test: {
    // Real databases and processes run beside the tests: more workers than this only make them wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx", "scripts/*.test.mjs"],
          exclude: [...notTests, ...withDatabase, ...withProcesses, ...withDocker, ...withBalancers],
          testTimeout: 20_000,
        },
      },
      { test: { name: "db", include: withDatabase, exclude: notTests, globalSetup, testTimeout: 30_000, hookTimeout: 60_000 } },
      {
        test: {
          name: "process",
          include: withProcesses,
          exclude: [...notTests, ...withoutPrometheus],
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "docker",
          include: withDocker,
          exclude: notTests,
          globalSetup: [...globalSetup, "./server/testing/docker/setup.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "balancers",
          include: withBalancers,
          exclude: notTests,
          globalSetup,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
