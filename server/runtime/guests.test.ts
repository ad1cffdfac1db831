import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Check } from "#domain/fleet.ts";
import { Guests } from "./guests.ts";
import { Chooser } from "./pool.ts";

const servers: Server[] = [];
let guests: Guests;
let saved = 0;
/** What the servers answer to a readiness check. */
let status = 200;

beforeEach(() => {
  status = 200;
  saved = 0;
  guests = createGuests();
});
afterEach(async () => {
  await guests.removeAll();
  for (const server of servers.splice(0)) server.close();
});

function createGuests(): Guests {
  return new Guests({
    readiness: () => Check.parse({ path: "/", interval: "100ms", failure: 1 }),
    second: { startedAt: performance.now() },
    save: async () => void (saved += 1),
    onChange: () => {},
  });
}

async function startServer(answer = () => status): Promise<string> {
  const server = createServer((_, response) => response.writeHead(answer()).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const guestAt = (key: string, address: string) => ({ key, releaseId: `release-${key}`, address });
const units = (unit: { key: string; address: string } | null, next: { key: string; address: string } | null = null) => ({ i0: { unit, next } });

test("a unit is one by its key and its address: elsewhere it is another, out of rotation, and the one before leaves", async () => {
  const [first, second] = [guestAt("k", await startServer()), guestAt("k", await startServer())];
  await guests.restore("i0", "unit", first);
  expect(guests.observe(units(first)).i0).toEqual({ rotation: "in", inFlight: 0, cut: 0, next: null });
  expect(guests.observe(units(second)).i0).toEqual({ rotation: "out", inFlight: 0, cut: 0, next: null });
  await expect.poll(() => guests.candidates.length).toBe(0);
});

test("counts are told by instance, those of a second unit beside them, under the key and the release of each", async () => {
  const [first, second] = [guestAt("old", await startServer()), guestAt("new", await startServer())];
  await guests.restore("i0", "unit", first);
  await guests.restore("i0", "next", second);
  guests.observe(units(first, second));
  const [backend] = guests.candidates.map((candidate) => candidate.backend);
  const flight = backend?.begin(() => {});
  flight?.end("failed");
  const ticks = guests.takeTicks(Date.now());
  expect(Object.keys(ticks).sort()).toEqual(["i0", "i0+next"]);
  expect(ticks.i0).toMatchObject({ unitKey: "old", releaseId: "release-old", inRotation: true, inFlight: 0 });
  expect(ticks.i0?.slots.reduce((sum, [, failed]) => sum + failed, 0)).toBe(1);
  expect(ticks["i0+next"]).toMatchObject({ unitKey: "new", releaseId: "release-new" });
});

test("one that does not answer its readiness check is chosen last", async () => {
  const [sick, well] = [guestAt("sick", await startServer()), guestAt("well", await startServer(() => 200))];
  await guests.restore("i0", "unit", sick);
  status = 503;
  await expect.poll(() => guests.candidates[0]?.ready, { timeout: 5_000 }).toBe(false);
  const chooser = new Chooser();
  expect(chooser.choose(guests.candidates, null)?.unitKey).toBe("sick");
  await guests.restore("i1", "unit", well);
  expect(chooser.choose(guests.candidates, null)?.unitKey).toBe("well");
});

test("what a runtime that ended had in rotation, the next one has as well", async () => {
  const first = guestAt("k", await startServer());
  await guests.restore("i0", "unit", first);
  expect(saved).toBeGreaterThan(0);
  const before = guests.records;
  await guests.removeAll();
  guests = createGuests();
  guests.resume(before);
  expect(guests.observe(units(first)).i0?.rotation).toBe("in");
});
