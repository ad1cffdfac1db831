import { expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import type { Server } from "./answers.ts";
import { addServer, instanceOfServer, serverName } from "./commands.ts";
import { createLedger } from "./ledger.ts";
import { settle } from "./settle.ts";

const fleetId = "0199aaaa-0000-7000-8000-000000000001";
const now = 1_800_000_000_000;
const address = (id: string) => `127.0.0.1:${id === "i0" ? 4_000 : 4_001}`;
const nameOf = (id: string) => serverName(fleetId, id, { key: "k", address: address(id) });

interface Case {
  readonly ready?: Readonly<Record<string, boolean>>;
  readonly servers: readonly (Partial<Server> & Pick<Server, "name">)[];
}

/** Two units, both ready unless it is said, and these servers in HAProxy. */
function due({ ready = {}, servers }: Case, ledger = createLedger()): string[] {
  const unitOf = (id: string) => {
    const unit = { key: "k", releaseId: "r", state: "running", startedAt: 0, restarts: 0, address: address(id), message: null } as const;
    return { unit, ready: ready[id] ?? true, readyForMs: 1, probe: null, next: null };
  };
  ledger.know({ fleetId } as Fleet, { i0: unitOf("i0"), i1: unitOf("i1") }, now);
  const whole: Omit<Server, "name"> = { state: "in", weight: 1, inFlight: 0, deadline: null, requests: 0, failed: 0 };
  return settle(fleetId, "shop", { servers: new Map(servers.map((server) => [server.name, { ...whole, ...server }])), ledger, now });
}

test("what is in rotation and ready is left alone, and so is what is not ours", () => {
  expect(due({ servers: [{ name: nameOf("i0") }, { name: "by-hand", state: "draining" }, { name: "tl-0123456789-i0-0123456789" }] })).toEqual([]);
});

test("a drain ends when nothing is in flight, and not before", () => {
  const server = { name: nameOf("i0"), state: "draining" } as const;
  expect(due({ servers: [server] })).toEqual([`set server shop/${server.name} state maint`]);
  expect(due({ servers: [{ ...server, inFlight: 1, deadline: now / 1_000 + 1 }] })).toEqual([]);
});

test("at its deadline the rest is cut and counted, also by a process that did not begin the drain", () => {
  const server = { name: nameOf("i0"), state: "draining", inFlight: 3, deadline: now / 1_000 } as const;
  const ledger = createLedger();
  expect(due({ servers: [server] }, ledger)).toEqual([`shutdown sessions server shop/${server.name}`, `set server shop/${server.name} state maint`]);
  expect(ledger.cutOf(fleetId, server.name)).toBe(3);
});

test("what somebody else drains has no deadline", () => {
  expect(due({ servers: [{ name: nameOf("i0"), state: "draining", inFlight: 1 }] })).toEqual([]);
});

test("a server of a unit that is gone leaves rotation, then HAProxy", () => {
  const name = serverName(fleetId, "i0", { key: "before", address: address("i0") });
  expect(due({ servers: [{ name }] })).toEqual([`set server shop/${name} state maint`]);
  expect(due({ servers: [{ name, state: "out" }] })).toEqual([`del server shop/${name}`]);
});

test("what is not ready gets requests last, and all the same where none is", () => {
  const servers = [{ name: nameOf("i0") }, { name: nameOf("i1") }];
  expect(due({ ready: { i0: false }, servers })).toEqual([`set server shop/${nameOf("i0")} weight 0`]);
  expect(due({ ready: { i0: false, i1: false }, servers: [{ name: nameOf("i0"), weight: 0 }, { name: nameOf("i1") }] })).toEqual([
    `set server shop/${nameOf("i0")} weight 1`,
  ]);
});

test("a server's name tells its instance, and another fleet's is not ours", () => {
  expect(instanceOfServer(fleetId, nameOf("i0"))).toBe("i0");
  expect(instanceOfServer("0199aaaa-0000-7000-8000-000000000002", nameOf("i0"))).toBeNull();
});

test.each(["web-1:80", "127.0.0.1", "127.0.0.1:80; disable frontend www", "[::1]x:80"])("%s is no address that is said to HAProxy", (wrong) => {
  expect(() => addServer("shop", "tl-x", wrong)).toThrow("by IP address");
});
