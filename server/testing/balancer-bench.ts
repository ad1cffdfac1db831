import type { Fleet } from "#domain/fleet.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import type { BalancerBench } from "#server/balancers/contract.ts";
import { createTestFleet, createTestRelease, type LocalBench, startLocalBench, waitUntil } from "./local-runtime.ts";

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);

/** A program outside that carries traffic. */
export interface OutsideProgram {
  readonly url: string;
  readonly settings: Fleet["balancer"];
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What the contract asks for: the local runtime's processes as units, behind a program outside. */
export async function benchOutside(program: OutsideProgram, balancer: Balancer, cuts: boolean): Promise<BalancerBench> {
  const bench = await startLocalBench();
  const fleet = createTestFleet({ count: 3, balancer: program.settings });
  await startThree(bench, fleet);
  return {
    balancer,
    driver: bench.driver,
    fleet,
    url: program.url,
    cuts,
    whoAnswered: async (text) => JSON.parse(text).name,
    slowPath: (ms) => `/slow?ms=${ms}`,
    startNext: (id, token) => startNext(bench, fleet, id, token),
    restart: async () => {
      await program.stop();
      await program.start();
    },
    close: async () => {
      await program.close();
      await bench.close();
    },
  };
}

/** `i0` and `i1` become ready, `i2` never does. */
export async function startThree(bench: LocalBench, fleet: Fleet): Promise<void> {
  await bench.driver.ensureFleet(fleet, fence, soon());
  const names: Record<string, string> = { i2: "never-ready" };
  for (const { id } of fleet.instances) {
    const release = await createTestRelease(bench.serviceDirectory, { name: names[id] ?? id });
    await bench.driver.replace(fleet, id, release, `up/${id}`, fence, soon());
  }
  await waitUntil(async () => {
    const seen = await bench.driver.observe(fleet, soon());
    return seen.i0?.ready === true && seen.i1?.ready === true && seen.i2?.probe?.startsWith("503") === true;
  }, "two of three are ready");
}

export async function startNext(bench: LocalBench, fleet: Fleet, id: string, token: { readonly token: number }): Promise<void> {
  const release = await createTestRelease(bench.serviceDirectory, { name: `${id}-next` });
  await bench.driver.start(fleet, id, release, `next/${id}`, token, soon());
  await waitUntil(async () => (await bench.driver.observe(fleet, soon()))[id]?.next?.ready === true, `the second unit of ${id} is ready`);
}
