import { expect, test } from "vitest";
import { HaproxySettings } from "#domain/settings/haproxy.ts";
import { createTestFleet } from "#server/testing/local-runtime.ts";
import { createHaproxyBalancer } from "./balancer.ts";
import { createLedger } from "./ledger.ts";

const settings = HaproxySettings.parse({ type: "haproxy", socket: "unix:/run/haproxy.sock", backend: "shop" });
const fleet = createTestFleet({ count: 1, balancer: settings });
const unit = { key: "k", releaseId: "r", state: "running", startedAt: 0, restarts: 0, address: "127.0.0.1:9", message: null } as const;
const place = { instanceId: "i0", target: "unit", key: "k", seen: { unit, ready: true } } as const;

test("a process that stood still between reading and changing until its lease ran out sends no change", async () => {
  const said: string[] = [];
  let isValid = true;
  const say = async (_: unknown, commands: readonly string[]) => {
    said.push(...commands);
    isValid = false;
    return "# pxname,svname,type,scur,weight,status,slim,stot,mode\n";
  };
  const balancer = createHaproxyBalancer(say, createLedger());
  const restoring = balancer.restore(fleet, place, { token: 1, isValid: () => isValid }, AbortSignal.timeout(5_000));
  await expect(restoring).rejects.toMatchObject({ code: "unavailable", message: expect.stringMatching(/lease on the fleet has run out/) });
  expect(said).toEqual(["show stat shop 4 -1"]);
});
