import { createServer as createHttpServer, type Server as HttpServer, request } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { forward } from "./forward.ts";
import { Backend } from "./pool.ts";

const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok";
let open: (Server | HttpServer)[] = [];

async function listen(server: Server | HttpServer): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** An instance that answers the first `answers` requests of each connection and resets it at the next one. */
function resettingInstance(answers: number): Server {
  return createServer((socket) => {
    let seen = 0;
    socket.on("error", () => undefined);
    socket.on("data", () => {
      seen += 1;
      if (seen > answers) socket.resetAndDestroy();
      else socket.write(answer);
    });
  });
}

async function proxyTo(port: number): Promise<{ port: number; backend: Backend }> {
  const backend = new Backend({ port, unitKey: "u", releaseId: "r", second: { startedAt: performance.now() } });
  const choose = (except: Backend | null) => (except === backend ? null : backend);
  const server = createHttpServer((asked, response) => forward(asked, response, { choose, requestTimeoutMs: 2_000, fleetName: "test" }));
  return { port: await listen(server), backend };
}

function get(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: "127.0.0.1", path: "/", agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    asking.on("error", reject).end();
  });
}

function failedOf(backend: Backend): number {
  return backend.counters.take().slots.reduce((sum, [, failed]) => sum + failed, 0);
}

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map((server) => new Promise((resolve) => server.close(resolve))));
});

test("a kept connection that the instance resets is no failure: the request goes on a new one", async () => {
  const { port, backend } = await proxyTo(await listen(resettingInstance(1)));
  const statuses: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) statuses.push(await get(port));
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
  expect(failedOf(backend)).toBe(0);
  backend.close();
});

test("an instance that resets every connection has failed, and the client is told", async () => {
  const { port, backend } = await proxyTo(await listen(resettingInstance(0)));
  expect(await get(port)).toBe(502);
  expect(failedOf(backend)).toBeGreaterThan(0);
  backend.close();
});
