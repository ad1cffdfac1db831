import type Docker from "dockerode";
import type { Fleet } from "#domain/fleet.ts";
import type { LogLine } from "#server/drivers/driver.ts";
import type { Engine } from "./client.ts";
import { statusOf } from "./failure.ts";
import { listUnits } from "./listings.ts";

/** The longest line in characters; what is beyond is dropped. */
export const lineCharactersMax = 8_192;
/** Of one container in one reading. */
const bytesMax = 4 * 1_024 * 1_024;
/** Where the newest lines are longer than may be read, fewer of them are asked for. */
const fewerBy = 10;
const containersMax = 8;
const wordsLines = 20;

/**
 * Numbers are times: steps of 200 ns since 2020, so that they grow over every unit of an instance and over our own restarts,
 * and a number alone says where to read on. They stay exact until 2076.
 */
const epochSeconds = 1_577_836_800;
const stepsPerSecond = 5_000_000;
const nanosPerStep = 200;

export interface ReadRange {
  readonly after: number;
  readonly limit: number;
}

interface Stamped {
  readonly number: number;
  readonly stream: "out" | "err";
  readonly text: string;
}

/** What the containers of an instance printed, as far as they are still there. With 0 the newest lines, else those after a number. */
export async function readLogs(engine: Engine, fleet: Fleet, instanceId: string, range: ReadRange, signal: AbortSignal): Promise<readonly LogLine[]> {
  const newest = (await listUnits(engine, fleet, { instanceId }, signal)).slice(0, containersMax);
  const read = await Promise.all(newest.map(({ info }) => readStamped(engine, info.Id, range, signal)));
  return number(read.flat(), range);
}

/** The last that a program said, on standard error where it speaks of an error; null: nothing. */
export async function readLastWords(engine: Engine, id: string, signal: AbortSignal): Promise<string | null> {
  const lines = await readStamped(engine, id, { after: 0, limit: wordsLines }, signal);
  const line = lines.findLast(({ stream, text }) => stream === "err" && /error/i.test(text)) ?? lines.findLast(({ text }) => text.trim() !== "");
  return line?.text.trim() ?? null;
}

/** In one order, each with a number of its own: of two lines in one step the second moves on. */
function number(lines: readonly Stamped[], { after, limit }: ReadRange): readonly LogLine[] {
  const ordered = lines.toSorted((a, b) => a.number - b.number);
  let last = 0;
  const numbered = ordered.map((line): LogLine => {
    last = Math.max(last + 1, line.number);
    return { number: last, at: toMs(line.number), stream: line.stream, text: line.text };
  });
  return after === 0 ? numbered.slice(-limit) : numbered.filter((line) => line.number > after).slice(0, limit);
}

async function readStamped(engine: Engine, id: string, { after, limit }: ReadRange, signal: AbortSignal): Promise<Stamped[]> {
  if (after > 0) return (await readSome(engine, id, { since: toSince(after) }, signal)).lines;
  for (let tail = limit; ; tail = Math.floor(tail / fewerBy)) {
    const { lines, isWhole } = await readSome(engine, id, { tail: Math.max(1, tail) }, signal);
    if (isWhole || tail <= 1) return lines;
  }
}

async function readSome(
  engine: Engine,
  id: string,
  range: { readonly since: string } | { readonly tail: number },
  signal: AbortSignal,
): Promise<{ lines: Stamped[]; isWhole: boolean }> {
  return engine.ask(signal, async (docker, abortSignal) => {
    const stream = await openLogs(docker, id, range, abortSignal);
    return stream === null ? { lines: [], isWhole: true } : readLines(stream);
  });
}

/** As a stream, which the package gives only where one follows: a whole log may not be held in memory. Null: the container has gone. */
async function openLogs(docker: Docker, id: string, range: object, abortSignal: AbortSignal): Promise<AsyncIterable<Buffer> | null> {
  const options = { stdout: true, stderr: true, timestamps: true, ...range };
  return new Promise((resolve, reject) => {
    const dialled = { path: `/containers/${id}/logs?`, method: "GET", isStream: true, abortSignal, options, statusCodes: { 200: true } };
    docker.modem.dial(dialled as never, (error, stream) => {
      if (!error) resolve(stream as AsyncIterable<Buffer>);
      else if (statusOf(error) === 404 || statusOf(error) === 409) resolve(null);
      else reject(error as Error);
    });
  });
}

interface Frame {
  readonly stream: "out" | "err";
  readonly payload: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

/** One frame after the other; one without a line's end is part of a long line, whose rest follows. */
export async function readLines(stream: AsyncIterable<Buffer>): Promise<{ lines: Stamped[]; isWhole: boolean }> {
  const lines: Stamped[] = [];
  const open: Partial<Record<"out" | "err", Stamped>> = {};
  let bytes = 0;
  let rest = Buffer.alloc(0);
  for await (const part of stream) {
    bytes += part.length;
    rest = Buffer.concat([rest, part]);
    for (let frame = cutFrame(rest); frame !== null; frame = cutFrame(rest)) {
      takeFrame(frame, open, lines);
      rest = rest.subarray(frame.end);
    }
    if (bytes > bytesMax) return { lines, isWhole: false };
  }
  return { lines: [...lines, ...Object.values(open)], isWhole: true };
}

/** [stream, 0, 0, 0, length] and text. A container with a terminal has lines only, each of which begins with its time. */
function cutFrame(rest: Buffer): Frame | null {
  const isLine = (rest[0] ?? 0) > 2;
  if (isLine) {
    const end = rest.indexOf(0x0a) + 1;
    return end === 0 ? null : { stream: "out", payload: rest.subarray(0, end), end };
  }
  const end = rest.length < 8 ? Number.POSITIVE_INFINITY : 8 + rest.readUInt32BE(4);
  return end > rest.length ? null : { stream: rest[0] === 2 ? "err" : "out", payload: rest.subarray(8, end), end };
}

function takeFrame({ stream, payload }: Frame, open: Partial<Record<"out" | "err", Stamped>>, lines: Stamped[]): void {
  const space = payload.indexOf(" ");
  const ends = payload.at(-1) === 0x0a;
  const text = payload.subarray(space + 1, ends ? -1 : undefined).toString("utf8");
  const begun = open[stream] ?? { number: toNumber(payload.subarray(0, space).toString("latin1")), stream, text: "" };
  const line = { ...begun, text: (begun.text + text).slice(0, lineCharactersMax).replace(/\r$/, "") };
  if (ends) lines.push(line);
  if (ends) delete open[stream];
  else open[stream] = line;
}

/** Of a time as the engine writes it, to the nanosecond. */
function toNumber(time: string): number {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".");
  const whole = Date.parse(`${seconds}Z`) / 1_000 - epochSeconds;
  const nanos = Number(fraction.padEnd(9, "0").slice(0, 9));
  return Number.isFinite(whole) ? Math.max(1, whole * stepsPerSecond + Math.floor(nanos / nanosPerStep)) : 1;
}

function toSince(number: number): string {
  const seconds = Math.floor(number / stepsPerSecond) + epochSeconds;
  return `${seconds}.${String((number % stepsPerSecond) * nanosPerStep).padStart(9, "0")}`;
}

function toMs(number: number): number {
  return Math.floor(number / (stepsPerSecond / 1_000)) + epochSeconds * 1_000;
}
