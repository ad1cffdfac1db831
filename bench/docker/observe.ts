import { performance } from "node:perf_hooks";
import { setTimeout as pass } from "node:timers/promises";
import type Docker from "dockerode";
import type { Fleet } from "#domain/fleet.ts";
import { labelled } from "#server/drivers/docker/labels.ts";
import { createDockerBench, type DockerBench } from "../../server/testing/docker/docker-bench.ts";
import { busyboxImage, connectTestEngine, importBusybox } from "../../server/testing/docker/test-images.ts";
import { quantile } from "../live/quantile.ts";
import { formatRatio, note, printTable } from "../report.ts";
import { withEngine } from "./engine.ts";

const containers = 60;
const looks = 50;
/** As often as the engine looks while instances are under way, and while all is at rest. */
const paces = [100, 1_000] as const;
const startedAtOnce = 8;
const deadlineMs = 60_000;
const ratioMax = 2;
const serve = "echo ok > /tmp/healthz; exec httpd -f -p 8080 -h /tmp";

/** What one look of the driver at 60 real containers takes, beside a listing and an inspection of each without anything else. */
export function benchObserve(): Promise<boolean> {
  return withEngine(async ({ url }) => {
    const docker = connectTestEngine(url);
    await importBusybox(docker);
    const bench = createDockerBench({ url });
    try {
      const fleet = bench.fleet({}, { count: containers });
      await bringUp(bench, fleet);
      let isKept = true;
      for (const paceMs of paces) isKept = (await measure(bench, fleet, docker, paceMs)) && isKept;
      return isKept;
    } finally {
      await bench.close();
    }
  });
}

async function bringUp({ driver, release, docker }: DockerBench, fleet: Fleet): Promise<void> {
  note(`${containers} containers are started …`);
  const fence = { token: 1 };
  const soon = () => AbortSignal.timeout(deadlineMs);
  const image = (await docker.getImage(busyboxImage).inspect()).Id;
  const busybox = await release("1.0", { image, command: ["/bin/sh", "-c", serve] });
  await driver.ensureFleet(fleet, fence, soon());
  for (let from = 0; from < containers; from += startedAtOnce)
    await Promise.all(
      fleet.instances.slice(from, from + startedAtOnce).map(({ id }) => driver.replace(fleet, id, busybox, `${id}/1`, fence, soon())),
    );
  while (!Object.values(await driver.observe(fleet, soon())).every(({ ready }) => ready)) await pass(paces[0]);
}

/** In turn, so that whatever else the machine does falls on both. */
async function measure({ driver }: DockerBench, fleet: Fleet, docker: Docker, paceMs: number): Promise<boolean> {
  const ours: number[] = [];
  const least: number[] = [];
  for (let count = 0; count < looks; count += 1) {
    ours.push(await timed(() => driver.observe(fleet, AbortSignal.timeout(deadlineMs))));
    await pass(paceMs / 2);
    least.push(await timed(() => inspectAll(docker, fleet.fleetId)));
    await pass(paceMs / 2);
  }
  const row = (of: number) => [quantile(ours, of), quantile(least, of)] as const;
  const rows = ([0.5, 0.99] as const).map((of) => ({ of, mine: row(of)[0], bound: row(of)[1] }));
  printTable(
    `${looks} looks at ${containers} containers, one every ${paceMs} ms`,
    ["Tideline, ms", "list and inspect, ms", `ratio (≤ ${ratioMax} wanted)`],
    rows.map(({ of, mine, bound }) => [`p${of * 100}`, mine.toFixed(1), bound.toFixed(1), formatRatio(mine, bound)]),
  );
  return rows.every(({ mine, bound }) => mine <= ratioMax * bound);
}

async function inspectAll(docker: Docker, fleetId: string): Promise<void> {
  const listed = await docker.listContainers({ all: true, filters: labelled(fleetId) });
  await Promise.all(listed.map(({ Id }) => docker.getContainer(Id).inspect()));
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}
