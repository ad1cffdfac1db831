import { inspect } from "node:util";
import { expect, test } from "vitest";
import { DockerEngine } from "#domain/settings/docker.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { createEngines } from "./client.ts";

test("the connections to an engine are not turned into text at each request", async () => {
  const engines = createEngines({ policy: createUrlPolicy([]), secrets: createSecrets({ env: {}, directories: [] }) });
  const signal = AbortSignal.timeout(5_000);
  const engine = await engines.open(DockerEngine.parse({ url: "unix:///nowhere.sock" }), signal);
  const agent: unknown = await engine.ask(signal, async (docker) => (docker.modem as { agent?: unknown }).agent);
  expect(inspect({ agent }, { showHidden: true, depth: null })).toBe("{ agent: an agent }");
  engines.close();
});
