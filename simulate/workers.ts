import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";

export interface Work<Task, Result> {
  /** A program that answers each task it is sent with one result. */
  readonly program: URL;
  readonly workersMax: number;
  /** The next task, null when there is none left. */
  readonly takeTask: () => Task | null;
  readonly give: (result: Result) => void;
}

/** Gives out tasks on all cores until there are none. Rejects when a worker ends by an error. */
export async function workOnAllCores<Task, Result>({ program, workersMax, takeTask, give }: Work<Task, Result>): Promise<void> {
  const text = await bundle(program);
  const workers = Math.min(availableParallelism(), workersMax);
  await Promise.all(Array.from({ length: workers }, () => work({ text, takeTask, give })));
}

/** One program without a loader in its way: it runs about twice as fast. */
async function bundle(program: URL): Promise<string> {
  const entry = fileURLToPath(program);
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: "node", format: "cjs", target: "node20" });
  return outputFiles[0]?.text ?? "";
}

interface Core<Task, Result> extends Pick<Work<Task, Result>, "takeTask" | "give"> {
  readonly text: string;
}

/** Most of what a run makes is thrown away soon after: the more of it has room, the less of what is still in use is copied each time. */
const youngGenerationMb = 192;

async function work<Task, Result>({ text, takeTask, give }: Core<Task, Result>): Promise<void> {
  const worker = new Worker(text, { eval: true, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } });
  try {
    for (let task = takeTask(); task !== null; task = takeTask()) {
      // Rejects when the worker ends by an error, and leaves no listener behind.
      const answer = once(worker, "message");
      worker.postMessage(task);
      const [result] = (await answer) as [Result];
      give(result);
    }
  } finally {
    await worker.terminate();
  }
}
