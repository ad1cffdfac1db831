import type { PlanInput } from "#domain/plan.ts";
import { type Demo, setUpAccount, startRollout, untilWhole } from "../../e2e/support/client.ts";
import { startConsole } from "../../e2e/support/console.ts";
import { startHaproxy, type TestHaproxy } from "../../server/testing/haproxy.ts";
import { measureRollout } from "../critical-path.ts";
import { readAllEvents, waitForEnd } from "../rollouts.ts";
import { type Contender, instances, parallel, pauseMs, type Rolled } from "./contender.ts";
import { imageOf, releaseNames } from "./images.ts";

const rolloutMsMax = 300_000;
const readyMs = 3_000;
const plan = {
  batches: [parallel],
  maxUnavailable: parallel,
  soak: `${pauseMs}ms`,
  minHealthyTime: "1s",
  healthyDeadline: "10s",
  drainTimeout: "30s",
  retries: 0,
  watch: "0s",
  metrics: { warmUp: "2s" },
} satisfies PlanInput;

/** A fleet of containers, behind HAProxy or, without one, behind the balancer of Tideline's own runtime. */
export async function startTideline(engineUrl: string, haproxyProgram: string | null): Promise<Contender> {
  const haproxy: TestHaproxy | null = haproxyProgram ? await startHaproxy(haproxyProgram) : null;
  const console = await startConsole();
  const close = async () => {
    if (demo) await client?.trpc.fleets.remove.mutate({ fleetId: demo.fleetId, confirm: demo.name }).catch(() => undefined);
    await console.close();
    await haproxy?.close();
  };
  let client: Awaited<ReturnType<typeof setUpAccount>> | null = null;
  let demo: Demo | null = null;
  try {
    client = await setUpAccount(console);
    const engine = { url: engineUrl };
    const releases: Record<string, string> = {};
    for (const name of releaseNames) {
      const asked = { service: "greeter", name, image: imageOf(name), engine, container: { port: 8_080 } };
      releases[name] = (await client.trpc.releases.recordImage.mutate(asked)).releaseId;
    }
    const { fleetId } = await client.trpc.fleets.create.mutate({
      name: "greeter",
      service: "greeter",
      environment: "bench",
      driver: { type: "docker", engine },
      ...(haproxy ? { balancer: haproxy.settings } : {}),
      port: 0,
      instances,
      zones: ["a"],
      releaseId: releases["1.0"] ?? "",
      readinessPath: "/healthz",
    });
    demo = { fleetId, name: "greeter", service: "greeter", releases };
    await untilWhole(client, fleetId, readyMs);
    const { address } = await client.trpc.fleets.get.query({ fleetId });
    const asked = { client, demo };
    return {
      name: haproxy ? "Tideline and HAProxy" : "Tideline and its own balancer",
      url: haproxy?.url ?? address ?? "",
      roll: (release) => roll(asked, release),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function roll(
  { client, demo }: { readonly client: Awaited<ReturnType<typeof setUpAccount>>; readonly demo: Demo },
  release: string,
): Promise<Rolled> {
  const rolloutId = await startRollout(client, demo, release, plan);
  const { status, startedAt, endedAt } = await waitForEnd(client, rolloutId, rolloutMsMax);
  const { wallMs, criticalMs } = measureRollout(await readAllEvents(client, rolloutId), instances, parallel, pauseMs);
  const isForward = status === "succeeded";
  return {
    ended: status,
    startedAt,
    wallMs: isForward ? wallMs : (endedAt ?? startedAt) - startedAt,
    criticalMs: isForward ? criticalMs : null,
    isBack: status === "rolled-back",
  };
}
