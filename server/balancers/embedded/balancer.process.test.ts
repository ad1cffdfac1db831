import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { startNext, startThree } from "#server/testing/balancer-bench.ts";
import {
  addressOf,
  bringUp,
  createTestFleet,
  createTestRelease,
  type LocalBench,
  nothingTold,
  startLocalBench,
  waitUntil,
} from "#server/testing/local-runtime.ts";
import { describeBalancer } from "../contract.ts";

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);

describeBalancer("The local runtime", async () => {
  const bench = await startLocalBench();
  const fleet = createTestFleet({ count: 3 });
  await startThree(bench, fleet);
  return {
    balancer: bench.balancer,
    driver: bench.driver,
    fleet,
    cuts: true,
    restart: async () => process.kill((await bench.client.local.status()).pid, "SIGKILL"),
    url: await addressOf(bench, fleet),
    whoAnswered: async (text) => JSON.parse(text).name,
    slowPath: (ms) => `/slow?ms=${ms}`,
    startNext: (id, token) => startNext(bench, fleet, id, token),
    close: bench.close,
  };
});

describeBalancer("The local runtime, of units that it does not run,", async () => {
  const bench = await startLocalBench();
  // Another fleet's processes stand for units that run somewhere: only their addresses are told.
  const runs = createTestFleet({ count: 3 });
  await startThree(bench, runs);
  const fleet = createTestFleet({ name: "guests", count: 3 });
  await bench.driver.ensureFleet(fleet, fence, soon());
  const elsewhere = { ...fleet, driver: { type: "elsewhere" } as unknown as Fleet["driver"] };
  return {
    balancer: { ...bench.balancer, ensureFleet: async () => {} },
    driver: {
      observe: (_, signal) => bench.driver.observe(runs, signal),
      retire: (_, ...asked) => bench.driver.retire(runs, ...asked),
    },
    fleet: elsewhere,
    cuts: true,
    restart: async () => process.kill((await bench.client.local.status()).pid, "SIGKILL"),
    url: await addressOf(bench, fleet),
    whoAnswered: async (text) => JSON.parse(text).name,
    slowPath: (ms) => `/slow?ms=${ms}`,
    startNext: (id, token) => startNext(bench, runs, id, token),
    close: bench.close,
  };
});

describe("the proxy of the local runtime", () => {
  let bench: LocalBench;
  let fleet: Fleet;
  let release: Release;
  let url = "";
  const rotation = async (id: string) => (await bench.balancer.observe(fleet, nothingTold, soon()))[id];
  const replace = (id: string, key: string) => bench.driver.replace(fleet, id, release, key, fence, soon());
  const drain = (id: string, timeoutMs: number) =>
    bench.balancer.drain(fleet, { instanceId: id, target: "unit", key: `drain/${id}`, seen: null }, timeoutMs, fence, soon());
  const restore = async (id: string) => {
    await waitUntil(async () => (await bench.driver.observe(fleet, soon()))[id]?.ready === true, `${id} is ready`);
    await bench.balancer.restore(fleet, { instanceId: id, target: "unit", key: `restore/${id}`, seen: null }, fence, soon());
  };

  beforeAll(async () => {
    bench = await startLocalBench();
    fleet = createTestFleet({ count: 2, requestTimeout: "1500ms" });
    release = await createTestRelease(bench.serviceDirectory);
    url = await bringUp(bench, fleet, release);
  });
  afterAll(() => bench.close());

  test("streams both ways: what is sent comes back before the request has ended", async () => {
    const asking = request(`${url}/echo`, { method: "POST" });
    asking.write("first ");
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    let text = "";
    response.on("data", (chunk) => {
      text += chunk;
    });
    await waitUntil(() => text === "first ", "the first piece is back");
    asking.end("second");
    await waitUntil(() => response.complete, "the answer has ended");
    expect(text).toBe("first second");
  });

  test("passes a body of several megabytes unchanged", async () => {
    const body = Buffer.alloc(5_000_000, "tideline");
    const response = await fetch(`${url}/echo`, { method: "POST", body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  test("passes cookies but ours, in both directions, and says whom it forwards for", async () => {
    const cookie = "a=1; tideline.session_token=secret; __Host-tideline.x=secret; b=2";
    const response = await fetch(`${url}/headers`, { headers: { cookie, "x-own": "1" } });
    expect(response.headers.getSetCookie()).toEqual(["own=1"]);
    const seen = await response.json();
    expect(seen).toMatchObject({
      cookie: "a=1; b=2",
      "x-own": "1",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      host: new URL(url).host,
    });
  });

  test("carries a WebSocket, which holds up a drain and is cut at its deadline", async () => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/`);
    await once(socket, "open");
    socket.send("hello");
    const [message] = await once(socket, "message");
    expect(String(message)).toBe("hello");
    const seen = await bench.balancer.observe(fleet, nothingTold, soon());
    const id = Object.keys(seen).find((key) => seen[key]?.inFlight === 1) ?? "";
    const closed = once(socket, "close");
    await drain(id, 300);
    expect(await rotation(id)).toEqual({ rotation: "draining", inFlight: 1, cut: 0, next: null });
    await closed;
    await waitUntil(async () => (await rotation(id))?.rotation === "out", "it is out");
    expect(await rotation(id)).toEqual({ rotation: "out", inFlight: 0, cut: 1, next: null });
    await restore(id);
  });

  test("answers 504 when an instance takes longer than the fleet's request timeout", async () => {
    const startedAt = performance.now();
    const response = await fetch(`${url}/slow?ms=20000`);
    expect(response.status).toBe(504);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("repeats a request that may be repeated when an instance dies with it, and no other", async () => {
    expect((await fetch(`${url}/crash`, { method: "POST" })).status).toBe(502);
    await waitUntil(async () => Object.values(await bench.driver.observe(fleet, soon())).every(({ ready }) => ready), "both run again");
    // Both die by it: the second attempt is the last.
    expect((await fetch(`${url}/crash`)).status).toBe(502);
    await waitUntil(async () => Object.values(await bench.driver.observe(fleet, soon())).every(({ ready }) => ready), "both run again");
  });

  test("keeps a client's connection over the replacement of every instance, without a failed request", async () => {
    const load = startLoad(url);
    for (const id of ["i0", "i1"]) {
      await drain(id, 5_000);
      await waitUntil(async () => (await rotation(id))?.rotation === "out", `${id} is out`);
      await replace(id, `next/${id}`);
      await restore(id);
    }
    const { statuses, connections } = await load.end();
    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(statuses["200"]).toBeGreaterThan(50);
    expect(connections).toBe(4);
  });

  test("loses no request and no capacity while every instance is updated start-first", async () => {
    const seen = async () =>
      Object.values(await bench.balancer.observe(fleet, nothingTold, soon())).flatMap(({ next, ...unit }) => (next ? [unit, next] : [unit]));
    const serving = async () => (await seen()).filter((unit) => unit.rotation === "in").length;
    const load = startLoad(url);
    let fewest = 2;
    const watch = { ended: false };
    const watching = (async () => {
      while (!watch.ended) fewest = Math.min(fewest, await serving());
    })();
    for (const id of ["i0", "i1"]) {
      const key = `start-first/${id}`;
      await bench.driver.start(fleet, id, release, key, fence, soon());
      await waitUntil(async () => (await bench.driver.observe(fleet, soon()))[id]?.next?.ready === true, `the second unit of ${id} is ready`);
      await bench.balancer.restore(fleet, { instanceId: id, target: "next", key: key, seen: null }, fence, soon());
      await expect(bench.driver.retire(fleet, id, key, fence, soon())).rejects.toMatchObject({ code: "conflict" });
      await drain(id, 5_000);
      await waitUntil(async () => (await rotation(id))?.rotation === "out", `the first unit of ${id} is out`);
      await bench.driver.retire(fleet, id, key, fence, soon());
      expect((await bench.driver.observe(fleet, soon()))[id]).toMatchObject({ unit: { key, state: "running" }, ready: true, next: null });
      expect(await rotation(id)).toMatchObject({ rotation: "in", next: null });
    }
    watch.ended = true;
    await watching;
    const { statuses, connections } = await load.end();
    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(statuses["200"]).toBeGreaterThan(50);
    expect([fewest, connections]).toEqual([2, 4]);
  });

  test("lets requests of a second unit end before it is discarded, and of an instance before it is removed", async () => {
    const askSlowly = async (inFlight: () => Promise<number | undefined>) => {
      const status = fetch(`${url}/slow?ms=1000`).then((response) => response.status);
      await waitUntil(async () => (await inFlight()) === 1, "a request is in flight there");
      return { status };
    };
    await bench.driver.start(fleet, "i0", release, "tried", fence, soon());
    await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.next?.ready === true, "the second unit is ready");
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "next", key: "tried", seen: null }, fence, soon());
    for (const id of ["i0", "i1"]) await drain(id, 5_000);
    const tried = await askSlowly(async () => (await rotation("i0"))?.next?.inFlight);
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "unit", key: "again", seen: null }, fence, soon());
    await bench.driver.discard(fleet, "i0", "tried", fence, soon());
    expect(await tried.status).toBe(200);

    await bench.balancer.restore(fleet, { instanceId: "i1", target: "unit", key: "again", seen: null }, fence, soon());
    await drain("i0", 5_000);
    const leaving = await askSlowly(async () => (await rotation("i1"))?.inFlight);
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "unit", key: "once-more", seen: null }, fence, soon());
    await bench.driver.ensureFleet({ ...fleet, instances: fleet.instances.slice(0, 1) }, fence, soon());
    await bench.driver.remove(fleet, "i1", fence, soon());
    expect(await leaving.status).toBe(200);
    expect(Object.keys(await bench.balancer.observe(fleet, nothingTold, soon()))).toEqual(["i0"]);
  });
});

/** Four clients that keep their connections and ask without a pause. `end` tells how their requests ended. */
function startLoad(url: string): { end(): Promise<{ statuses: Record<string, number>; connections: number }> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const sockets = new Set<unknown>();
  const statuses: Record<string, number> = {};
  let ended = false;
  const ask = () =>
    new Promise<void>((resolve) => {
      const end = (what: string) => {
        statuses[what] = (statuses[what] ?? 0) + 1;
        resolve();
      };
      const asking = request(url, { agent }, (response) => {
        response.resume();
        response.on("end", () => end(String(response.statusCode)));
      });
      asking.on("socket", (socket) => sockets.add(socket));
      asking.on("error", () => end("error"));
      asking.end();
    });
  const clients = Array.from({ length: 4 }, async () => {
    while (!ended) await ask();
  });
  return {
    end: async () => {
      ended = true;
      await Promise.all(clients);
      agent.destroy();
      return { statuses, connections: sockets.size };
    },
  };
}
