import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { expireLease, insertFleet, insertRelease, waitFor } from "#server/testing/fixtures.ts";
import { createHolder } from "./holder.ts";
import { createLeases, leaseTtlMs } from "./lease.ts";

let database: TestDatabase;
let fleetId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  fleetId = (await insertFleet(database.db, await insertRelease(database.db, crypto.randomUUID()))).fleetId;
});

test("of many takers at once one gets it", async () => {
  const taken = await Promise.all(Array.from({ length: 6 }, () => createLeases(database.db, createHolder()).take(fleetId)));
  expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
});

describe("a holder", () => {
  test("keeps it by renewing", async () => {
    const holder = createLeases(database.db, createHolder());
    await holder.take(fleetId);
    await holder.renew();
    expect(holder.held(fleetId)?.isValid()).toBe(true);
    expect(await createLeases(database.db, createHolder()).take(fleetId)).toBeNull();
  });

  test("stops acting before another could take it, though nobody tells it", async () => {
    let now = 0;
    const holder = createLeases(database.db, createHolder(), () => now);
    const lease = await holder.take(fleetId);
    expect(lease?.isValid()).toBe(true);
    now = leaseTtlMs - 1;
    expect(lease?.isValid()).toBe(false);
    expect(lease?.leftMs()).toBe(0);
  });

  test("that was overtaken learns it when it renews, and its lease is dead for good", async () => {
    const holder = createLeases(database.db, createHolder());
    const lease = await holder.take(fleetId);
    await expireLease(database.db, fleetId);
    const successor = await createLeases(database.db, createHolder()).take(fleetId);
    expect(successor?.token).toBe((lease?.token ?? 0) + 1);
    await holder.renew();
    expect(holder.held(fleetId)).toBeNull();
    expect(lease?.isValid()).toBe(false);
  });

  test("that gives it back lets the next one in at once, with next to no time lost", async () => {
    const holder = createLeases(database.db, createHolder());
    await holder.take(fleetId);
    await holder.release(fleetId);
    const next = await createLeases(database.db, createHolder()).take(fleetId);
    expect(next?.token).toBe(2);
    expect(next?.downMs).toBeLessThan(5_000);
  });
});

describe("what is under way in a world that remembers no token", () => {
  const lingerMs = async () => 10_000;
  const take = () => createLeases(database.db, createHolder()).take(fleetId, lingerMs);

  test("is waited for after a lease that ran out", async () => {
    await take();
    await expireLease(database.db, fleetId, 9_000);
    expect(await take()).toBeNull();
    await expireLease(database.db, fleetId, 10_000);
    expect(await take()).toMatchObject({ token: 2, downMs: expect.closeTo(20_000, -4) });
  });

  test("is ended before a lease is given back, so that nobody waits", async () => {
    const holder = createLeases(database.db, createHolder());
    const lease = await holder.take(fleetId, lingerMs);
    const releasing = holder.release(fleetId);
    expect(lease?.signal.aborted).toBe(true);
    await releasing;
    expect((await take())?.token).toBe(2);
  });

  test("is ended when a lease runs out unnoticed, and its own holder takes it again at once", async () => {
    let now = 0;
    const holder = createLeases(database.db, createHolder(), () => now);
    const taking = holder.take(fleetId, lingerMs);
    now = leaseTtlMs - 1_520;
    const lease = await taking;
    expect(lease?.signal.aborted).toBe(false);
    await waitFor("the signal is aborted", () => lease?.signal.aborted);
    await expireLease(database.db, fleetId);
    expect((await holder.take(fleetId, lingerMs))?.token).toBe(2);
  });

  test("is ended when a renewal finds that another has taken over", async () => {
    const holder = createLeases(database.db, createHolder());
    const lease = await holder.take(fleetId, lingerMs);
    await expireLease(database.db, fleetId, 10_000);
    await take();
    await holder.renew();
    expect(lease?.signal.aborted).toBe(true);
  });

  test("of a process that is certainly dead is over", async () => {
    await createLeases(database.db, nobody()).take(fleetId);
    expect((await take())?.token).toBe(2);
  });
});

test("a successor on the same machine does not wait for a process that is certainly dead", async () => {
  await createLeases(database.db, nobody()).take(fleetId);
  expect((await createLeases(database.db, createHolder()).take(fleetId))?.token).toBe(2);
});

test("a process on another machine is waited for, dead or not", async () => {
  await createLeases(database.db, "elsewhere|4194303|1|x").take(fleetId);
  expect(await createLeases(database.db, createHolder()).take(fleetId)).toBeNull();
});

/** A holder whose process has gone from this machine. */
function nobody(): string {
  const [place] = createHolder().split("|");
  return [place, 4_194_303, "1", "x"].join("|");
}
