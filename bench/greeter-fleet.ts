import type { Client, Demo } from "../e2e/support/client.ts";
import { createDemo } from "../e2e/support/client.ts";

const service = "greeter";

/** A fleet of the example service of any size. The demo records the releases; its own fleet is taken away again. */
export async function createGreeterFleet(client: Client, instances: number): Promise<Demo> {
  const demo = await createDemo(client, 0);
  await client.trpc.fleets.remove.mutate({ fleetId: demo.fleetId });
  const { fleetId } = await client.trpc.fleets.create.mutate({
    name: "bench",
    service,
    environment: "bench",
    port: 0,
    instances,
    zones: ["a"],
    releaseId: demo.releases["1.0"] ?? "",
    readinessPath: "/healthz",
  });
  return { ...demo, fleetId };
}
