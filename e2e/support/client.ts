import { randomUUID } from "node:crypto";
import { createTRPCClient, httpLink } from "@trpc/client";
import superjson from "superjson";
import type { PlanInput } from "#domain/plan.ts";
import { tableTransform } from "#domain/revive.ts";
import type { AppRouter } from "#server/trpc/router.ts";
import type { Console } from "./console.ts";
import { until } from "./until.ts";

superjson.registerCustom(tableTransform, "table");

export const account = { name: "Ada Operator", email: "ada@example.org", password: "a long enough passphrase" };

export type Client = ReturnType<typeof createClient>;

/** Speaks to the console as a browser would, with a session of its own. */
export function createClient(url: string) {
  const cookies = new Map<string, string>();
  async function send(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("origin", url);
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(input, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";", 1)[0] ?? "").split(/=(.*)/s);
      cookies.set(name, value);
    }
    return response;
  }
  const trpc = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/api/trpc`, transformer: superjson, fetch: (input, init) => send(input as string, init as RequestInit) })],
  });
  return { trpc, send, cookies };
}

/** The first account, by the printed token, without a browser. */
export async function setUpAccount(console: Console): Promise<Client> {
  const client = createClient(console.url);
  const token = console.setupLink()?.split("#token=")[1];
  if (!token) throw new Error("No setup link was printed.");
  await client.trpc.setup.create.mutate({ token, ...account });
  return client;
}

export interface Demo {
  readonly fleetId: string;
  readonly name: string;
  readonly service: string;
  /** Release ids by name: `1.0` … `1.5`. */
  readonly releases: Readonly<Record<string, string>>;
}

/** The demo fleet, all of it ready and in rotation, with this many requests a second. */
export async function createDemo({ trpc }: Client, requestsPerSecond: number): Promise<Demo> {
  const { fleetId } = await trpc.fleets.createDemo.mutate({});
  await trpc.fleets.setTraffic.mutate({ fleetId, requestsPerSecond });
  const { name, service } = await trpc.fleets.get.query({ fleetId });
  await untilWhole({ trpc }, fleetId);
  const releases = await trpc.releases.list.query({ service });
  return { fleetId, name, service, releases: Object.fromEntries(releases.map(({ name, releaseId }) => [name, releaseId])) };
}

const wholeMsMax = 60_000;
/** Longer than most journeys' minHealthyTime: an instance that is ready for less counts as unhealthy at a start. */
const readyMsMin = 3_000;

/** Waits until every instance is in rotation and has been ready for that long. */
export async function untilWhole({ trpc }: Pick<Client, "trpc">, fleetId: string, readyMs = readyMsMin): Promise<void> {
  await until(
    async () => {
      const { instances, desired } = await trpc.fleets.get.query({ fleetId });
      return (
        instances.filter(({ rotation, readySince }) => rotation === "in" && readySince !== null && Date.now() - readySince >= readyMs).length ===
        desired
      );
    },
    "The demo fleet was not whole in time.",
    wholeMsMax,
  );
}

/** Times as short as the rules allow, so that a journey takes seconds. */
export const quickTimes = { minHealthyTime: "1s", drainTimeout: "3s", soak: "2s", watch: "2s" } satisfies PlanInput;

export async function savePlan({ trpc }: Client, name: string, plan: PlanInput): Promise<string> {
  return (await trpc.plans.save.mutate({ name, plan })).planId;
}

export async function startRollout({ trpc }: Client, demo: Demo, releaseName: string, plan: PlanInput): Promise<string> {
  const releaseId = demo.releases[releaseName];
  if (!releaseId) throw new Error(`There is no release ${releaseName}.`);
  const input = { commandId: randomUUID(), fleetId: demo.fleetId, releaseId, plan, planName: "quick", acknowledged: true, confirm: demo.name };
  return (await trpc.rollouts.start.mutate(input)).rolloutId;
}
