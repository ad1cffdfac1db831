import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as pass } from "node:timers/promises";
import { type BrowserContext, chromium } from "@playwright/test";
import type { PlanInput } from "#domain/plan.ts";
import { account, type Client, createClient } from "../../e2e/support/client.ts";
import { until } from "../../e2e/support/until.ts";
import { note, printTable } from "../report.ts";
import { openPage, type PageNotes, readNotes } from "./page.ts";
import { benchPaint } from "./paint.ts";
import { quantile } from "./quantile.ts";
import { endProgram, type Started, startLiveServer, startProgram } from "./start.ts";
import type { WatchersAsk, WatchersCounts } from "./watchers.ts";

const size = 10_000;
const others = 499;
const openedAtOnce = 50;
const openMsMax = 90_000;
const wanted = { contentMs: 1_000, taskMs: 50, pixelMs: 100, bytesPerSecond: 256 * 1024 };
/** So many at once that about 200 events a second come of it. */
const plan = {
  batches: ["100%"],
  maxUnavailable: 190,
  minHealthyTime: "1s",
  drainTimeout: "5s",
  soak: "0s",
  watch: "0s",
  metrics: false,
} satisfies PlanInput;
const settleMs = 4_000;
const measureMs = 15_000;
const wholeMsMax = 60_000;

/** A rollout of ten thousand instances on the screen, alone and with 499 others who watch it. */
export async function benchLive(): Promise<boolean> {
  const { ensureChromium } = (await import("../../scripts/ensure-chromium.mjs" as string)) as { ensureChromium(): Promise<string> };
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  const watchers: ChildProcess[] = [];
  let started: Started | null = null;
  try {
    const isPaintQuick = await benchPaint(browser);
    started = await startLiveServer(size, 0);
    const client = createClient(started.server.url);
    await client.trpc.setup.create.mutate({ token: started.server.setupToken, ...account });
    const rolloutId = await begin(client, started);
    const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
    await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: started?.server.url ?? "" })));
    const url = `${started.server.url}/rollouts/${rolloutId}`;
    // Once for the browser to have the page's programs, as everyone does who has been there.
    await (await openPage(context, url)).close();
    const alone = await watch(context, { client, started, url, rolloutId });
    watchers.push(startProgram("./watchers.ts"));
    await openWatchers(watchers[0] as ChildProcess, { client, started, rolloutId });
    const crowded = await watch(context, { client, started, url, rolloutId, watchers: watchers[0] });
    return report([alone, crowded]) && isPaintQuick;
  } finally {
    await browser.close();
    for (const child of watchers) await endProgram(child);
    await started?.close();
  }
}

async function begin({ trpc }: Client, { server: { fleetId, releaseId } }: Started): Promise<string> {
  await until(async () => (await trpc.fleets.get.query({ fleetId })).inRotation === size, "The fleet was not whole in time.", wholeMsMax);
  const input = { commandId: randomUUID(), fleetId, releaseId, plan, planName: "live", acknowledged: true };
  return (await trpc.rollouts.start.mutate(input)).rolloutId;
}

/** A part at a time, each from where the rollout is by then, as pages do that are opened one after the other. */
async function openWatchers(child: ChildProcess, { client, started, rolloutId }: Omit<WatchInput, "url">): Promise<void> {
  const opened = { ask: "open", url: started.server.url, cookie: cookieOf(client), rolloutId } as const;
  for (let left = others; left > 0; left -= openedAtOnce)
    await ask(child, { ...opened, count: Math.min(left, openedAtOnce), ...(await where(client, rolloutId)) });
}

async function where({ trpc }: Client, rolloutId: string): Promise<{ fleetId: string; afterSeq: number }> {
  const { fleetId, seq } = await trpc.rollouts.get.query({ rolloutId });
  return { fleetId, afterSeq: seq };
}

function cookieOf({ cookies }: Client): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

interface Watched {
  readonly notes: PageNotes;
  readonly eventsPerSecond: number;
  /** From the commit of an event to the frame that shows it, and from the event's own time, which is before the engine has thought. */
  readonly fromCommitMs: readonly number[];
  readonly browsers: number;
  /** Of each of the others. */
  readonly bytesPerSecond: number | null;
  readonly cut: number;
  readonly longTasks: readonly number[];
}

interface WatchInput {
  readonly client: Client;
  readonly started: Started;
  readonly url: string;
  readonly rolloutId: string;
  readonly watchers?: ChildProcess | undefined;
}

async function watch(context: BrowserContext, { client, started, url, rolloutId, watchers }: WatchInput): Promise<Watched> {
  const page = await openPage(context, url);
  await pass(settleMs);
  const from = { at: Date.now(), seq: (await where(client, rolloutId)).afterSeq, counts: watchers ? await ask(watchers, { ask: "counts" }) : null };
  await pass(measureMs);
  const { afterSeq } = await where(client, rolloutId);
  const counts = watchers ? await ask(watchers, { ask: "counts" }) : null;
  const seconds = (Date.now() - from.at) / 1_000;
  const notes = await readNotes(page);
  await page.close();
  const shown = notes.shown.filter(({ at }) => at >= from.at);
  return {
    notes,
    eventsPerSecond: (afterSeq - from.seq) / seconds,
    fromCommitMs: shown.flatMap(({ seq, at }) => at - (started.commits.get(seq) ?? at)).filter((ms) => ms > 0),
    browsers: counts ? counts.open + 1 : 1,
    bytesPerSecond: counts && from.counts ? (counts.bytes - from.counts.bytes) / seconds / counts.open : null,
    cut: counts?.cut ?? 0,
    longTasks: notes.longTasks.filter(({ at }) => at >= from.at).map(({ ms }) => ms),
  };
}

async function ask(child: ChildProcess, asked: WatchersAsk): Promise<WatchersCounts> {
  const answered = once(child, "message", { signal: AbortSignal.timeout(openMsMax) });
  child.send(asked);
  const [counts] = (await answered) as [WatchersCounts];
  return counts;
}

function report(rounds: readonly Watched[]): boolean {
  const longest = (tasks: readonly number[]) => (tasks.length === 0 ? "none" : `${tasks.length}, longest ${Math.max(...tasks).toFixed(0)}`);
  printTable(
    `A rollout of ${size} instances in the browser`,
    rounds.map(({ browsers }) => `${browsers} ${browsers === 1 ? "browser" : "browsers"}`),
    [
      ["events a second", ...rounds.map((round) => round.eventsPerSecond.toFixed(0))],
      ["first pixels, ms", ...rounds.map(({ notes }) => notes.firstPaintMs.toFixed(0))],
      [`what happens now, ms (≤ ${wanted.contentMs} wanted)`, ...rounds.map(({ notes }) => notes.sentenceMs.toFixed(0))],
      ["the matrix, ms", ...rounds.map(({ notes }) => notes.matrixMs.toFixed(0))],
      [`tasks over ${wanted.taskMs} ms while it runs (none wanted)`, ...rounds.map((round) => longest(round.longTasks))],
      ["commit to pixel p50, ms", ...rounds.map((round) => quantile(round.fromCommitMs, 0.5).toFixed(0))],
      [`commit to pixel p99, ms (≤ ${wanted.pixelMs} wanted)`, ...rounds.map((round) => quantile(round.fromCommitMs, 0.99).toFixed(0))],
      ["frames measured", ...rounds.map((round) => round.fromCommitMs.length)],
      [
        `bytes a second for each (≤ ${wanted.bytesPerSecond} wanted)`,
        ...rounds.map((round) => (round.bytesPerSecond === null ? "–" : Math.round(round.bytesPerSecond))),
      ],
      ["connections cut", ...rounds.map((round) => round.cut)],
    ],
  );
  note("Only what everybody has in its cache was loaded before. The watchers and the browser share this machine with the server and its database.");
  return rounds.every(
    ({ notes, longTasks, fromCommitMs, bytesPerSecond, cut }) =>
      notes.sentenceMs <= wanted.contentMs &&
      longTasks.length === 0 &&
      quantile(fromCommitMs, 0.99) <= wanted.pixelMs &&
      (bytesPerSecond ?? 0) <= wanted.bytesPerSecond &&
      cut === 0,
  );
}
