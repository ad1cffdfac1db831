import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { processStartedAt } from "#db/process-identity.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const port = 22_900;
const url = `http://127.0.0.1:${port}`;
/** The first start may have to build. */
const readyTimeoutMs = 300_000;
const person = { name: "Ada", email: "ada@example.com", password: "correct horse" };

let parent: string;
let data: string;
const children = new Set<ChildProcess>();

interface Started {
  readonly child: ChildProcess;
  said(): string;
  ended(): Promise<number | null>;
}

function start(env: Record<string, string> = {}, command = [process.execPath, join(root, "scripts/start.mjs")]): Started {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd: parent,
    // A group of its own, as a terminal gives it.
    detached: true,
    env: { ...process.env, PORT: String(port), TIDELINE_DATA: data, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  exit.then(() => children.delete(child));
  return { child, said: () => said, ended: () => exit };
}

async function startReady(started = start()): Promise<Started> {
  await vi.waitUntil(() => /Tideline is ready/.test(started.said()) || started.child.exitCode !== null, { timeout: readyTimeoutMs, interval: 20 });
  if (started.child.exitCode !== null) throw new Error(started.said());
  await vi.waitUntil(async () => (await fetch(`${url}/readyz`)).status === 200, { timeout: 60_000, interval: 100 });
  return started;
}

function postgresPid(): number {
  return Number(readFileSync(join(data, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0]);
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, { method: "POST", headers: { "content-type": "application/json", origin: url, ...headers }, body: JSON.stringify(body) });
}

/** With a Host of one's own, which `fetch` does not let one choose. */
function statusOf(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url + path, { headers }, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
  });
}

async function signIn(): Promise<string> {
  const answer = await post("/api/auth/sign-in/email", { email: person.email, password: person.password });
  expect(answer.status).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "tideline-main-"));
  data = join(parent, "data");
});

afterAll(async () => {
  for (const child of children) child.kill("SIGTERM");
  await vi.waitUntil(() => children.size === 0, { timeout: 15_000 });
  const stopped = spawn(process.execPath, [join(root, "scripts/stop-local.mjs")], { env: { ...process.env, TIDELINE_DATA: data }, stdio: "ignore" });
  await new Promise((resolve) => stopped.once("close", resolve));
  rmSync(parent, { recursive: true, force: true });
});

describe.sequential("npm start", () => {
  let server: Started;
  let cookie = "";

  test("says where it is, with the link to the first account, and is ready", { timeout: readyTimeoutMs }, async () => {
    server = await startReady();
    const token = new RegExp(`${url}/setup#token=([\\w-]{43})\\n`).exec(server.said())?.[1] ?? "";
    expect(token).not.toBe("");
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const readiness = await fetch(`${url}/readyz`);
    expect(await readiness.json()).toEqual({ status: "ready", database: "ok", engine: "ok", runtime: "ok" });
    expect((await fetch(`${url}/`, { redirect: "manual" })).headers.get("location")).toBe("/setup");
    const wrong = await post("/api/trpc/setup.create", { json: { ...person, token: "x".repeat(43) } });
    expect(wrong.status).toBe(403);
    expect((await post("/api/trpc/setup.create", { json: { ...person, token } })).status).toBe(200);
    expect((await fetch(`${url}/setup`)).status).toBe(404);
    expect(server.said().split(token)).toHaveLength(2);
  });

  test("tells its metrics to this machine, by its own names only, and not to what a proxy passes on", async () => {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toMatch(/^tideline_engine_ready 1$/m);
    expect(text).toMatch(/^tideline_http_request_duration_seconds_count\{surface="health",method="GET",code="2xx"\} \d+$/m);
    expect((await fetch(`${url}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } })).status).toBe(403);
    expect(await statusOf("/metrics", { host: "rebound.example.com" })).toBe(421);
    expect((await post("/metrics", {})).status).toBe(405);
  });

  test("keeps its data from everyone else", () => {
    expect(statSync(data).mode & 0o077).toBe(0);
    expect(statSync(join(data, "secret")).mode & 0o077).toBe(0);
  });

  test("lets in who signs in, and answers with no token but the cookie", async () => {
    expect((await fetch(`${url}/plans`, { redirect: "manual" })).headers.get("location")).toBe("/login?next=%2Fplans");
    expect((await fetch(`${url}/api/trpc/fleets.list`)).status).toBe(401);
    const answer = await post("/api/auth/sign-in/email", { email: person.email, password: person.password });
    expect(await answer.json()).toEqual({ ok: true });
    cookie = await signIn();
    const page = await fetch(`${url}/`, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(await (await fetch(`${url}/api/trpc/fleets.list`, { headers: { cookie } })).json()).toEqual({ result: { data: { json: [] } } });
  });

  test("gives every script of a page the request's nonce, and lets no other run", async () => {
    const page = await fetch(`${url}/`, { headers: { cookie } });
    const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
    const scripts = (await page.text()).match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(page.headers.get("x-powered-by")).toBeNull();
  });

  test("refuses what does not come from its own pages", async () => {
    const signOut = (headers: Record<string, string>) => post("/api/auth/sign-out", {}, { cookie, ...headers });
    expect((await signOut({ origin: "http://evil.example.com" })).status).toBe(403);
    expect((await signOut({ "content-type": "text/plain" })).status).toBe(415);
    expect((await post("/api/auth/sign-up/email", person)).status).toBe(404);
    expect((await fetch(`${url}/api/trpc/fleets.createDemo?input={}`, { headers: { cookie } })).status).toBe(405);
    expect((await fetch(`${url}/api/trpc/session.current`, { headers: { cookie } })).status).toBe(200);
  });

  test("a socket needs a session and our Origin, and is cut when the session ends", async () => {
    const open = (headers: Record<string, string>) =>
      io(url, { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders: headers });
    const outcome = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = open(headers);
        socket.once("connect", () => {
          socket.close();
          resolve("connected");
        });
        socket.once("connect_error", (error) => resolve(`refused: ${error.message}`));
      });
    expect(await outcome({ origin: url })).toMatch(/^refused: Sign in first/);
    expect(await outcome({ origin: "http://evil.example.com", cookie })).toMatch(/^refused/);
    expect(await outcome({ cookie })).toMatch(/^refused/);
    const socket = open({ origin: url, cookie });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("connect_error", reject);
    });
    const cut = new Promise<string>((resolve) => socket.once("disconnect", resolve));
    expect((await post("/api/auth/sign-out", {}, { cookie })).status).toBe(200);
    expect(await cut).toBe("io server disconnect");
    expect((await fetch(`${url}/api/trpc/fleets.list`, { headers: { cookie } })).status).toBe(401);
  });

  test("a second start on the same data is refused and names the first", async () => {
    const second = start({ PORT: String(port + 1) });
    expect(await second.ended()).toBe(1);
    expect(second.said()).toMatch(new RegExp(`process ${server.child.pid}, since .*, at ${url}`));
  });

  test("a port in use is named, with another one", async () => {
    const second = start({ TIDELINE_DATA: join(parent, "other") });
    expect(await second.ended()).toBe(1);
    expect(second.said()).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(second.said()).toContain(`PORT=${port + 1}`);
  });

  test("wrong settings are all named at once", async () => {
    const wrong = start({ PORT: "http", LOG_LEVEL: "loud" });
    expect(await wrong.ended()).toBe(1);
    expect(wrong.said()).toMatch(/PORT: expected a port[\s\S]*LOG_LEVEL: expected one of/);
  });

  test("killed, it is started again on the same database, and sessions hold; a token set now guards the metrics", async () => {
    cookie = await signIn();
    const database = postgresPid();
    server.child.kill("SIGKILL");
    await server.ended();
    const metricsToken = "m".repeat(32);
    server = await startReady(start({ TIDELINE_METRICS_TOKEN: metricsToken }));
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect(await statusOf("/metrics", { host: "scraped.internal", authorization: `Bearer ${metricsToken}` })).toBe(200);
    expect(server.said()).not.toContain(metricsToken);
    expect(postgresPid()).toBe(database);
    expect(server.said()).not.toContain("token=");
    expect((await fetch(`${url}/api/trpc/fleets.list`, { headers: { cookie } })).status).toBe(200);
  });

  test("SIGTERM stops it and its database cleanly within 10 s; the runtime stays", async () => {
    const database = postgresPid();
    const began = performance.now();
    server.child.kill("SIGTERM");
    expect(await server.ended()).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(processStartedAt(database)).toBeNull();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(statSync(join(data, "runtime/runtime.sock")).isSocket()).toBe(true);
  });

  test.each([
    ["SIGTERM from a platform, which npm passes on", (npm: number) => process.kill(npm, "SIGTERM")],
    ["Ctrl-C, which the terminal and npm both send", (npm: number) => process.kill(-npm, "SIGINT")],
  ])("under npm, %s stops it cleanly", async (_, stop) => {
    server = await startReady(start({}, ["npm", "--prefix", root, "start"]));
    const database = postgresPid();
    stop(Number(server.child.pid));
    await server.ended();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(processStartedAt(database)).toBeNull();
    expect(existsSync(join(data, "server.lock"))).toBe(false);
  });

  test("a database that cannot be reached is refused by the name of its setting", async () => {
    const nowhere = start({ DATABASE_URL: "postgres://ada:hunter2@localhost:1/none" });
    expect(await nowhere.ended()).toBe(1);
    expect(nowhere.said()).toContain("The database that DATABASE_URL names cannot be used: connect ECONNREFUSED");
    expect(nowhere.said()).not.toContain("hunter2");
  });
});
