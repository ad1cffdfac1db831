import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createInstruments } from "./instruments.ts";
import { surfaceOf, timeRequest } from "./surface.ts";

test.each([
  ["/", "page"],
  ["/fleets/0190?start=x", "page"],
  ["/_next/static/a.js", "asset"],
  ["/api/trpc/fleets.list?input=1", "trpc"],
  ["/api/auth/sign-in/email", "auth"],
  ["/api/v1/fleets", "api"],
  ["/healthz", "health"],
  ["/metrics?x=1", "metrics"],
  ["/metrics/../x", "page"],
  [undefined, "page"],
])("%s is of the surface %s", (url, surface) => {
  expect(surfaceOf(url)).toBe(surface);
});

const instruments = createInstruments();
let server: Server;
let url: string;
let onHang = () => {};

beforeEach(async () => {
  instruments.requestDuration.reset();
  server = createServer((req, res) => {
    timeRequest(instruments, req, res);
    if (req.url === "/hang") return onHang();
    res.writeHead(req.url === "/gone" ? 404 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function counted() {
  const { values } = await instruments.requestDuration.get();
  return values.filter(({ metricName }) => metricName?.endsWith("_count")).map(({ labels, value }) => ({ ...labels, value }));
}

test("a request is timed by the class of its answer, and a strange method is one of few", async () => {
  await fetch(`${url}/x`);
  await fetch(`${url}/gone`);
  await fetch(`${url}/gone`, { method: "PURGE" });
  await vi.waitUntil(async () => (await counted()).length === 3, { timeout: 10_000 });
  expect(await counted()).toEqual([
    { surface: "page", method: "GET", code: "2xx", value: 1 },
    { surface: "page", method: "GET", code: "4xx", value: 1 },
    { surface: "page", method: "other", code: "4xx", value: 1 },
  ]);
});

test("a client that leaves before its answer is counted as that", async () => {
  const client = new AbortController();
  onHang = () => client.abort();
  await expect(fetch(`${url}/hang`, { signal: client.signal })).rejects.toThrow();
  await vi.waitUntil(async () => (await counted()).length === 1, { timeout: 10_000 });
  expect((await counted())[0]).toMatchObject({ code: "aborted", value: 1 });
});
