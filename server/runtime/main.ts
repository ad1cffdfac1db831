import { resolve } from "node:path";

/**
 * Entry of the local runtime: `node runtime.mjs --data <directory>`; `node runtime.mjs --traffic` is its own child that
 * makes trial traffic. Each loads all of its code at the start: files may be replaced while it runs.
 */
const [, script = "", mode = "", directory = ""] = process.argv;

if (mode === "--traffic") {
  const { makeTraffic } = await import("./traffic-maker.ts");
  makeTraffic();
} else if (mode === "--data" && directory !== "") {
  const { serve } = await import("./serve.ts");
  await serve({ dataDirectory: resolve(directory), trafficArgv: [process.execPath, ...process.execArgv, script, "--traffic"] });
} else {
  process.stderr.write("Give the data directory: --data <directory>.\n");
  process.exitCode = 2;
}
