import {
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { ChildUser } from "#server/io/child-user.ts";
import type { RuntimeLogLine } from "./protocol.ts";

/** Lines kept in memory for each instance, and the longest line in characters. */
export const linesMax = 5_000;
export const lineCharactersMax = 8_192;
/** Of all lines in memory together, so that a hundred noisy instances do not fill it. */
export const charactersMax = 1_000_000;
/** Of each stream one file and the one before it: 2 MB for each instance. */
export const fileBytesMax = 512 * 1024;
const dropLines = 500;
const readBytes = 64 * 1024;
/** A flood is read at most this far in one go, so that it cannot hold up the proxy; the rest is skipped. */
const readsPerPoll = 8;
/** A unit's newest lines, among which its last words are looked for. */
const saidMax = 20;

type StreamName = RuntimeLogLine["stream"];
/** Two units of one instance must not write into each other's lines: each has a lane, a pair of files. */
export type Lane = 0 | 1;
type Said = Pick<RuntimeLogLine, "stream" | "text">;

interface Capture {
  readonly stream: StreamName;
  readonly path: string;
  /** Appended to by the unit itself: its output does not end with the runtime, as a pipe's would. */
  readonly file: number;
  offset: number;
  decoder: StringDecoder;
  rest: string;
  /** Inside a line that was cut off: what follows up to its end is dropped. */
  skipping: boolean;
}

/**
 * An instance's output over all its units. Units write into files, which the runtime follows, keeps bounded and cuts
 * into lines; a line beyond its limit is cut, not wrapped. Numbers grow also across restarts of the runtime.
 */
export class InstanceLog {
  readonly #lanes = new Map<Lane, { captures: readonly [out: Capture, err: Capture]; said: Said[] }>();
  readonly #directory: string;
  readonly #user: ChildUser | null;
  #lines: RuntimeLogLine[] = [];
  #characters = 0;
  #last = Date.now() * 10;

  constructor(directory: string, user: ChildUser | null) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    this.#user = user;
    this.#open(0);
    if (existsSync(join(directory, fileName("out", 1)))) this.#open(1);
    this.poll();
  }

  /** File descriptors for a unit's standard output and error. */
  descriptors(lane: Lane): [out: number, err: number] {
    const [out, err] = (this.#lanes.get(lane) ?? this.#open(lane)).captures;
    return [out.file, err.file];
  }

  /** Takes over what was written since the last call. Called several times a second. */
  poll(): void {
    for (const { captures, said } of this.#lanes.values()) {
      for (const capture of captures) {
        follow(capture, (text) => this.#add(said, { stream: capture.stream, text }));
        rotate(capture);
      }
    }
  }

  /** Lines after a number, oldest first; with 0 the newest. */
  read(after: number, limit: number): readonly RuntimeLogLine[] {
    this.poll();
    if (after === 0) return this.#lines.slice(-limit);
    return this.#lines.filter((line) => line.number > after).slice(0, limit);
  }

  /** The last words on standard error (or output), for a message. */
  lastWords(lane: Lane): string | null {
    this.poll();
    const said = this.#lanes.get(lane)?.said ?? [];
    const line = said.findLast(({ stream, text }) => stream === "err" && /error/i.test(text)) ?? said.findLast(({ text }) => text.trim() !== "");
    return line ? line.text.trim().slice(0, 200) : null;
  }

  close(): void {
    for (const { captures } of this.#lanes.values()) for (const { file } of captures) closeSync(file);
  }

  remove(): void {
    this.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #open(lane: Lane) {
    const open = (stream: StreamName) => openCapture(join(this.#directory, fileName(stream, lane)), stream, this.#user);
    const opened = { captures: [open("out"), open("err")] as const, said: [] };
    this.#lanes.set(lane, opened);
    return opened;
  }

  #add(said: Said[], { stream, text }: Said): void {
    this.#last += 1;
    this.#lines.push({ number: this.#last, at: Date.now(), stream, text });
    said.push({ stream, text });
    if (said.length > saidMax) said.shift();
    this.#characters += text.length;
    if (this.#lines.length > linesMax + dropLines || this.#characters > charactersMax) this.#drop();
  }

  /** The oldest, some at a time: dropping one for each that comes would copy the list each time. */
  #drop(): void {
    let from = Math.max(0, this.#lines.length - linesMax);
    let kept = this.#lines.slice(from).reduce((sum, { text }) => sum + text.length, 0);
    const wanted = kept > charactersMax ? charactersMax * 0.9 : charactersMax;
    for (; kept > wanted && from < this.#lines.length - 1; from += 1) kept -= this.#lines[from]?.text.length ?? 0;
    this.#lines = this.#lines.slice(from);
    this.#characters = kept;
  }
}

function fileName(stream: StreamName, lane: Lane): string {
  return lane === 0 ? `${stream}.log` : `${stream}-2.log`;
}

function openCapture(path: string, stream: StreamName, user: ChildUser | null): Capture {
  const file = openSync(path, "a+", 0o600);
  fchmodSync(file, 0o600);
  // Programs may open /dev/stdout again, which asks for the file's own permission.
  if (user) fchownSync(file, user.uid, user.gid);
  return { stream, path, file, offset: 0, decoder: new StringDecoder("utf8"), rest: "", skipping: false };
}

const buffer = Buffer.alloc(readBytes);

function follow(capture: Capture, add: (text: string) => void): void {
  const { size } = fstatSync(capture.file);
  if (size < capture.offset) capture.offset = 0;
  if (size - capture.offset > readBytes * readsPerPoll) skipTo(capture, size - readBytes * readsPerPoll);
  while (capture.offset < size) {
    const length = readSync(capture.file, buffer, 0, Math.min(readBytes, size - capture.offset), capture.offset);
    if (length === 0) return;
    capture.offset += length;
    cutIntoLines(capture, capture.decoder.write(buffer.subarray(0, length)), add);
  }
}

function skipTo(capture: Capture, offset: number): void {
  capture.offset = offset;
  capture.decoder = new StringDecoder("utf8");
  capture.rest = "";
  capture.skipping = true;
}

function cutIntoLines(capture: Capture, text: string, add: (text: string) => void): void {
  const parts = text.split("\n");
  const last = parts.pop() ?? "";
  for (const part of parts) {
    if (!capture.skipping) add((capture.rest + part).slice(0, lineCharactersMax).replace(/\r$/, ""));
    capture.rest = "";
    capture.skipping = false;
  }
  if (capture.skipping) return;
  capture.rest += last;
  if (capture.rest.length <= lineCharactersMax) return;
  add(capture.rest.slice(0, lineCharactersMax));
  capture.rest = "";
  capture.skipping = true;
}

/** The unit holds the file open for appending, so it is copied and emptied in place; it cannot be renamed away. */
function rotate(capture: Capture): void {
  if (capture.offset <= fileBytesMax) return;
  if (capture.offset <= fileBytesMax * 2) copyFileSync(capture.path, `${capture.path}.1`);
  ftruncateSync(capture.file, 0);
  capture.offset = 0;
}
