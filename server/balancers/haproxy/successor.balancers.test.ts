import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { startHaproxy, type TestHaproxy } from "#server/testing/haproxy.ts";
import { createTestFleet, waitUntil } from "#server/testing/local-runtime.ts";
import { findTestProgram } from "#server/testing/programs.ts";
import type { Balancer } from "../balancer.ts";
import { createHaproxyBalancer } from "./balancer.ts";
import { createLedger } from "./ledger.ts";
import { createHaproxySocket } from "./socket.ts";

const program = await findTestProgram("haproxy", "HAPROXY_PATH");
if (program === null) throw new Error("No HAProxy was found: install it, or give its path in HAPROXY_PATH.");

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(10_000);
/** An instance that takes requests and never answers. */
const silent = createServer(() => {});
let haproxy: TestHaproxy;
let fleet: Fleet;

beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  haproxy = await startHaproxy(program);
  fleet = createTestFleet({ count: 1, balancer: haproxy.settings });
});
afterAll(async () => {
  await haproxy?.close();
  silent.closeAllConnections();
  silent.close();
});

/** As a Tideline that has just been started. */
function createBalancer(): Balancer {
  return createHaproxyBalancer(createHaproxySocket(createUrlPolicy([])), createLedger());
}

test("a drain that a Tideline began which is gone is ended in time by the next one, and what was left is counted", async () => {
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const unit = { key: "k", releaseId: "r", state: "running", startedAt: 0, restarts: 0, address, message: null } as const;
  const units = { i0: { unit, ready: true, readyForMs: 1, probe: null, next: null } };
  const place = { instanceId: "i0", target: "unit", key: "k", seen: units.i0 } as const;
  const see = async (balancer: Balancer) => (await balancer.observe(fleet, { units, fence }, soon())).i0;
  const first = createBalancer();
  await first.ensureFleet(fleet, fence, soon());
  await first.restore(fleet, place, fence, soon());
  const asked = fetch(haproxy.url).then(
    ({ status }) => status,
    () => 0,
  );
  await waitUntil(async () => (await see(first))?.inFlight === 1, "the request is in flight");
  await first.drain(fleet, place, 1_500, fence, soon());

  const successor = createBalancer();
  expect(await see(successor)).toMatchObject({ rotation: "draining", inFlight: 1 });
  await waitUntil(async () => (await see(successor))?.rotation === "out", "the drain has ended");
  expect(await see(successor)).toEqual({ rotation: "out", inFlight: 0, cut: 1, next: null });
  expect([0, 502, 503]).toContain(await asked);
  await successor.removeFleet(fleet, fence, soon());
});
