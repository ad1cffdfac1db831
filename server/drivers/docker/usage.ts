import type { ContainerStats } from "dockerode";
import type { Fleet } from "#domain/fleet.ts";
import type { Usage } from "#domain/metric.ts";
import type { Engine } from "./client.ts";
import { statusOf } from "./failure.ts";
import { labels } from "./labels.ts";
import { listUnits } from "./listings.ts";

const askedAtOnceMax = 48;
/** Containers whose last look is kept, of all fleets together. */
const keptMax = 10_000;
const nanosPerMs = 1e6;

interface Look {
  readonly at: number;
  readonly cpuNanos: number;
}

/** What containers take. Of one that it has not met before it cannot say what its processor's time is: there is no difference. */
export class UsageReader {
  readonly #last = new Map<string, Look>();

  /** By the key of each unit. `restartsOf` is asked once for each container. */
  async read(engine: Engine, fleet: Fleet, restartsOf: (id: string) => number, signal: AbortSignal): Promise<Record<string, Usage>> {
    const running = await listUnits(engine, fleet, { isRunning: true }, signal);
    const found: Record<string, Usage> = {};
    for (let from = 0; from < running.length; from += askedAtOnceMax) {
      const some = running.slice(from, from + askedAtOnceMax);
      const stats = await Promise.all(some.map(({ info }) => readStats(engine, info.Id, signal)));
      for (const [index, { info, own }] of some.entries()) {
        const stat = stats[index];
        if (stat) found[own[labels.key] ?? ""] = { ...this.#measure(info.Id, stat), restarts: restartsOf(info.Id) };
      }
    }
    return found;
  }

  #measure(id: string, stats: ContainerStats): Pick<Usage, "cpu" | "memoryBytes"> {
    const look = { at: Date.parse(stats.read), cpuNanos: stats.cpu_stats.cpu_usage.total_usage };
    const before = this.#last.get(id);
    this.#last.delete(id);
    this.#last.set(id, look);
    const [oldest] = this.#last.keys();
    if (this.#last.size > keptMax && oldest !== undefined) this.#last.delete(oldest);
    return { cpu: coresBetween(before, look), memoryBytes: memoryOf(stats) };
  }
}

/** Null: it has gone meanwhile. */
function readStats(engine: Engine, id: string, signal: AbortSignal): Promise<ContainerStats | null> {
  return engine.ask(signal, async (docker) => {
    try {
      return await docker.getContainer(id).stats({ stream: false, "one-shot": true });
    } catch (error) {
      if (statusOf(error) === 404 || statusOf(error) === 409) return null;
      throw error;
    }
  });
}

function coresBetween(before: Look | undefined, { at, cpuNanos }: Look): number | null {
  if (before === undefined || at <= before.at || cpuNanos < before.cpuNanos) return null;
  return Math.round(((cpuNanos - before.cpuNanos) / nanosPerMs / (at - before.at)) * 1_000) / 1_000;
}

/** Without the files that the system would give up first, as `docker stats` counts. Null: it had just ended. */
function memoryOf({ memory_stats }: ContainerStats): number | null {
  const { usage, stats } = memory_stats as { usage?: number; stats?: Record<string, number> };
  if (usage === undefined) return null;
  const inactive = stats?.["total_inactive_file"] ?? stats?.["inactive_file"] ?? 0;
  return Math.max(0, usage - inactive);
}
