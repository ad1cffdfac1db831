import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Hook } from "#domain/plan.ts";
import { createHookRunner, type HookCall, type HookOutcome } from "./hook-runner.ts";
import { outputBytesMax } from "./output.ts";

const shell = "/bin/sh";

function callOf(hook: Partial<Hook>): HookCall {
  return {
    key: "r-1/hook/afterBatch/2",
    name: "afterBatch",
    hook: Hook.parse(hook),
    rolloutId: "r-1",
    fleetId: "f-1",
    fleet: "shop-production",
    service: "shop",
    environment: "production",
    release: "1.1",
    batch: 2,
    instanceIds: ["i3", "i4"],
  };
}

function run(hook: Partial<Hook>, allowPrivateUrls: readonly string[] = ["127.0.0.1"], signal = new AbortController().signal): Promise<HookOutcome> {
  return createHookRunner({ allowPrivateUrls }).run(callOf(hook), signal);
}

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat === null || / Z /.test(stat)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

describe("a command", () => {
  test("gets the rollout in its environment, and nothing of ours", async () => {
    process.env.TIDELINE_TEST_SECRET = "hunter2";
    const { status, message, output } = await run({ command: ["/usr/bin/env"] });
    delete process.env.TIDELINE_TEST_SECRET;
    expect([status, message]).toEqual(["succeeded", "env exited with code 0."]);
    const env = Object.fromEntries(
      output
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    expect(env).toEqual({
      PATH: expect.any(String),
      HOME: expect.any(String),
      TIDELINE_ROLLOUT_ID: "r-1",
      TIDELINE_HOOK: "afterBatch",
      TIDELINE_HOOK_KEY: "r-1/hook/afterBatch/2",
      TIDELINE_FLEET: "shop-production",
      TIDELINE_SERVICE: "shop",
      TIDELINE_ENVIRONMENT: "production",
      TIDELINE_RELEASE: "1.1",
      TIDELINE_BATCH: "2",
      TIDELINE_INSTANCES: "i3,i4",
    });
  });

  test("gets its arguments as they are: no shell of ours reads them", async () => {
    const { output } = await run({ command: ["/bin/echo", "$HOME", "; rm -rf /", "a  b"] });
    expect(output).toBe("$HOME ; rm -rf / a  b\n");
  });

  test.runIf(process.getuid?.() === 0)("runs under another user than root", async () => {
    const { output } = await run({ command: ["/usr/bin/id", "-u"] });
    expect(Number(output)).toBeGreaterThan(0);
  });

  test("fails with its code and its last words", async () => {
    const { status, message, output } = await run({ command: [shell, "-c", "yes first | head -c 100000; echo the end >&2; exit 3"] });
    expect([status, message]).toEqual(["failed", "sh exited with code 3."]);
    expect(output.length).toBeLessThanOrEqual(outputBytesMax);
    expect(output).toMatch(/the end\n$/);
  });

  test("that cannot be found fails and says so", async () => {
    expect(await run({ command: ["no-such-program"] })).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/no-such-program could not be started .* name it by its absolute path/),
    });
  });

  test("is stopped at its time-out, and all that it started with it", async () => {
    const { status, message, output } = await run({ command: [shell, "-c", "sleep 60 & echo $!; wait"], timeout: "300ms" });
    expect(status).toBe("failed");
    expect(message).toMatch(/did not end within 0.3 s and was stopped/);
    expect(await isGone(Number(output))).toBe(true);
  });

  test("that ignores a polite end is ended by force", async () => {
    const { status, output } = await run({ command: [shell, "-c", "trap '' TERM; echo $$; while :; do sleep 1; done"], timeout: "200ms" });
    expect(status).toBe("failed");
    expect(await isGone(Number(output))).toBe(true);
  }, 20_000);

  test("leaves nothing behind when it ends well", async () => {
    const { status, output } = await run({ command: [shell, "-c", "sleep 60 >/dev/null 2>&1 & echo $!"] });
    expect(status).toBe("succeeded");
    expect(await isGone(Number(output))).toBe(true);
  });

  test("ends when nobody wants it any more", async () => {
    const controller = new AbortController();
    const running = run({ command: [shell, "-c", "sleep 60"] }, [], controller.signal);
    setTimeout(() => controller.abort(), 100);
    expect(await running).toMatchObject({ status: "failed", message: "sh was ended by SIGTERM." });
  });

  test("at most sixteen run at once, and each has its turn", async () => {
    const runner = createHookRunner({ allowPrivateUrls: [] });
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => runner.run(callOf({ command: [shell, "-c", "exit 0"] }), new AbortController().signal)),
    );
    expect(outcomes.every(({ status }) => status === "succeeded")).toBe(true);
  });
});

describe("a webhook", () => {
  let server: Server;
  let port: number;
  let asked: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const answers: Record<string, (response: ServerResponse) => void> = {
    "/good": (response) => response.end("thanks\u001b[2J"),
    "/bad": (response) => response.writeHead(500).end("no"),
    "/moved": (response) => response.writeHead(302, { location: "/good" }).end(),
    "/silent": () => {},
    "/slow": (response) => void response.write("begun"),
    "/flood": (response) => response.end("x".repeat(1_000_000)),
  };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      asked.push({ request, body });
      answers[new URL(request.url ?? "", "http://x").pathname]?.(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;

  test("is sent the rollout as JSON, with the key that names the run", async () => {
    asked = [];
    expect(await run({ webhook: at("/good") })).toEqual({
      status: "succeeded",
      message: `127.0.0.1:${port} answered 200.`,
      output: "thanks\ufffd[2J",
    });
    const [call] = asked;
    expect(call?.request.method).toBe("POST");
    expect(call?.request.headers).toMatchObject({ "content-type": "application/json", "idempotency-key": "r-1/hook/afterBatch/2" });
    expect(JSON.parse(call?.body ?? "")).toEqual({
      key: "r-1/hook/afterBatch/2",
      hook: "afterBatch",
      rolloutId: "r-1",
      fleet: "shop-production",
      service: "shop",
      environment: "production",
      release: "1.1",
      batch: 2,
      instances: ["i3", "i4"],
    });
  });

  test.each([
    ["/bad", /answered 500\.$/],
    ["/moved", /answered 302\. Redirects are not followed/],
  ])("that answers at %s has failed", async (path, words) => {
    asked = [];
    expect(await run({ webhook: at(path) })).toMatchObject({ status: "failed", message: expect.stringMatching(words) });
    expect(asked).toHaveLength(1);
  });

  test.each(["/silent", "/slow"])("that is %s fails at its time-out", async (path) => {
    const outcome = await run({ webhook: at(path), timeout: "200ms" });
    expect(outcome).toMatchObject({ status: "failed", message: expect.stringMatching(/gave no answer within 0.2 s/) });
  });

  test("of a long answer the first is kept", async () => {
    expect((await run({ webhook: at("/flood") })).output).toHaveLength(outputBytesMax);
  });

  test("shows nothing of its URL but the host", async () => {
    const good = await run({ webhook: at("/good") });
    const refused = await run({ webhook: at("/good") }, []);
    const absent = await run({ webhook: "http://127.0.0.1:1/good" });
    expect(good.status).toBe("succeeded");
    expect(absent.message).toMatch(/refused the connection/);
    expect(JSON.stringify([good, refused, absent])).not.toContain("/good");
  });

  test("is no longer called when nobody wants its answer any more", async () => {
    asked = [];
    const controller = new AbortController();
    const running = run({ webhook: at("/silent") }, ["127.0.0.1"], controller.signal);
    await vi.waitUntil(() => asked.length === 1);
    const closed = new Promise<void>((resolve) => asked[0]?.request.socket.once("close", () => resolve()));
    controller.abort();
    expect(await running).toMatchObject({ status: "failed" });
    await closed;
  });

  test("on this machine is not called unless it is listed", async () => {
    asked = [];
    expect(await run({ webhook: at("/good") }, [])).toMatchObject({
      status: "failed",
      message: expect.stringContaining("TIDELINE_ALLOW_PRIVATE_URLS"),
    });
    expect(asked).toEqual([]);
  });
});

test("a program below a directory that only root reads is refused in words", async () => {
  const directory = await mkdtemp(join(tmpdir(), "hook-"));
  const program = join(directory, "backup");
  await writeFile(program, "#!/bin/sh\nexit 0\n", { mode: 0o700 });
  const outcome = await run({ command: [program] });
  await rm(directory, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  expect(outcome.status).toBe(isRoot ? "failed" : "succeeded");
  if (isRoot) expect(outcome.message).toMatch(/could not be started \(EACCES\)/);
});
