import { readFile, rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import { createTestFleet, waitUntil } from "#server/testing/local-runtime.ts";
import { startNginx, type TestNginx } from "#server/testing/nginx.ts";
import { findTestProgram } from "#server/testing/programs.ts";
import type { Balancer, Place, Units } from "../balancer.ts";
import { createNginxBalancer } from "./balancer.ts";
import { checkNginx } from "./check.ts";

const program = await findTestProgram("nginx", "NGINX_PATH");
if (program === null) throw new Error("No NGINX was found: install it, or give its path in NGINX_PATH.");

const fence = { token: 5 };
const soon = () => AbortSignal.timeout(20_000);
/** Nothing needs to listen there: it is about the file. */
const unit = { key: "k", releaseId: "r", state: "running", startedAt: 0, restarts: 0, address: "127.0.0.1:9", message: null } as const;
const units: Units = { i0: { unit, ready: true, readyForMs: 1, probe: null, next: null } };
const place: Place = { instanceId: "i0", target: "unit", key: "restore", seen: { unit, ready: true } };

describe("the file of a fleet behind NGINX", () => {
  let nginx: TestNginx;
  let balancer: Balancer;
  let fleet: Fleet;
  const read = () => readFile(nginx.settings.upstreamFile, "utf8");
  const rotation = async (by = balancer) => (await by.observe(fleet, { units, fence }, soon())).i0?.rotation;

  beforeEach(async () => {
    nginx = await startNginx(program);
    balancer = createNginxBalancer();
    fleet = createTestFleet({ count: 1, balancer: nginx.settings });
  });
  afterEach(() => nginx.close());

  test("is left as it was when NGINX does not take the new one, and it is said why", async () => {
    await balancer.ensureFleet(fleet, fence, soon());
    const before = await read();
    const wrong = { ...fleet, balancer: { ...nginx.settings, upstream: "shop}" } } as Fleet;
    await expect(balancer.restore(wrong, place, fence, soon())).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/says no: .*emerg/),
    });
    expect(await read()).toBe(before);
    expect(await rotation()).toBe("out");
  });

  test("of somebody else is not touched", async () => {
    await writeFile(nginx.settings.upstreamFile, "upstream shop { server 127.0.0.1:1; }\n");
    await expect(balancer.ensureFleet(fleet, fence, soon())).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/is not Tideline's/),
    });
    expect(await read()).toBe("upstream shop { server 127.0.0.1:1; }\n");
  });

  test("that another fleet has is refused, and is free when that one was removed", async () => {
    await balancer.ensureFleet(fleet, fence, soon());
    const other = createTestFleet({ count: 1, balancer: nginx.settings });
    await expect(balancer.ensureFleet(other, { token: 99 }, soon())).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/another fleet's/),
    });
    await balancer.removeFleet(fleet, fence, soon());
    await balancer.ensureFleet(other, { token: 0 }, soon());
  });

  test("that was removed is written again as it was, and nobody loses a place", async () => {
    await balancer.ensureFleet(fleet, fence, soon());
    await balancer.restore(fleet, place, fence, soon());
    expect(await rotation()).toBe("in");
    await rm(nginx.settings.upstreamFile);
    expect(await rotation()).toBe("in");
    expect(await read()).toContain("server 127.0.0.1:9 ");
  });

  test("holds what a Tideline that was started again needs: a drain's end, and the highest token", async () => {
    await balancer.ensureFleet(fleet, fence, soon());
    await balancer.restore(fleet, place, fence, soon());
    await balancer.drain(fleet, place, 500, fence, soon());
    const successor = createNginxBalancer();
    await waitUntil(async () => (await rotation(successor)) === "out", "the drain has ended");
    await expect(successor.restore(fleet, place, { token: 4 }, soon())).rejects.toMatchObject({ code: "conflict" });
  });

  test("an NGINX that is away is said to be, and its settings are tried out step by step", async () => {
    expect((await checkNginx(nginx.settings, soon())).map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "File ok",
      "Program ok",
      "Status doubt",
      "Counts doubt",
    ]);
    await balancer.ensureFleet(fleet, fence, soon());
    expect((await checkNginx(nginx.settings, soon()))[2]).toMatchObject({ name: "Status", outcome: "ok" });
    await nginx.stop();
    await expect(rotation()).rejects.toMatchObject({ code: "unavailable", message: expect.stringMatching(/NGINX does not tell its configuration/) });
    const steps = await checkNginx({ ...nginx.settings, command: ["/nowhere/nginx"] }, soon());
    expect(steps.at(-1)).toEqual({ name: "Program", outcome: "failed", message: "/nowhere/nginx -t is not there." });
  });
});
