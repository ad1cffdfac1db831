import { describe, expect, test } from "vitest";
import { Failure } from "#domain/failure.ts";
import { plainWords, toFailure } from "./failure.ts";
import { imageReference, parseImage, registryOf } from "./image-name.ts";
import { readLines } from "./logs.ts";

const digest = `sha256:${"a".repeat(64)}`;
const answered = (statusCode: number, message: string) => Object.assign(new Error("x"), { statusCode, json: { message } });

describe("what an engine answers", () => {
  test.each([
    [500, "write /var/lib/docker/x: no space left on device", "limit"],
    [507, "insufficient storage", "limit"],
    [500, "driver failed: Bind for 0.0.0.0:80 failed: port is already allocated", "conflict"],
    [500, "unauthorized: authentication required", "invalid"],
    [500, 'Get "https://registry/v2/": dial tcp: lookup registry: no such host', "unavailable"],
    [500, "something else", "conflict"],
    [400, 'exec: "serve": executable file not found in $PATH', "invalid"],
    [403, "authorization denied by plugin", "not-allowed"],
    [404, "No such image: shop", "not-found"],
    [409, "name is in use", "conflict"],
    [503, "this node is not ready", "unavailable"],
  ])("%s %s is %s", (status, words, code) => {
    const failure = toFailure(answered(status, words), "unix:///x");
    expect(failure).toMatchObject({ code, message: `The engine at unix:///x says: ${words}` });
  });

  test("holds no secret that it was sent, in one bounded line", () => {
    const { message } = toFailure(answered(400, `bad\n\u001b[31m token s3cret! ${"x".repeat(5_000)}`), "e", ["s3cret!"]);
    expect(message).toMatch(/^The engine at e says: bad \[31m token \[redacted\] x+…$/);
    expect(message.length).toBeLessThan(300);
  });

  test("without an answer nothing is known", () => {
    expect(toFailure(Object.assign(new Error("x"), { code: "EACCES" }), "e")).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("socket's group"),
    });
    const own = new Failure("invalid", "as it is");
    expect(toFailure(own, "e")).toBe(own);
  });

  test("words of many lines are one", () => expect(plainWords("a\r\n\tb\u202ec")).toBe("a b c"));
});

describe("an image's name", () => {
  test.each([
    ["shop", { repository: "shop", tag: null, digest: null }, "https://index.docker.io/v1/"],
    ["team/shop:1", { repository: "team/shop", tag: "1", digest: null }, "https://index.docker.io/v1/"],
    [`r.internal:5000/shop:1@${digest}`, { repository: "r.internal:5000/shop", tag: "1", digest }, "r.internal:5000"],
    ["localhost/shop", { repository: "localhost/shop", tag: null, digest: null }, "localhost"],
    [digest, { repository: null, tag: null, digest }, "https://index.docker.io/v1/"],
  ])("%s", (image, parts, registry) => {
    expect(parseImage(image)).toEqual(parts);
    expect(registryOf(image)).toBe(registry);
  });

  test("is asked for without the tag that is for people", () => {
    expect(imageReference(`shop:1@${digest}`)).toBe(`shop@${digest}`);
    expect(imageReference(digest)).toBe(digest);
  });
});

describe("an engine's log", () => {
  const frame = (stream: number, text: string) => {
    const body = Buffer.from(text);
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const read = async (bytes: Buffer, cut: number) => {
    async function* parts() {
      for (let from = 0; from < bytes.length; from += cut) yield bytes.subarray(from, from + cut);
    }
    return (await readLines(parts())).lines;
  };
  const at = "2026-11-27T10:00:00.000000";

  test.each([1, 7, 10_000])("is read frame by frame, however it is cut: %i bytes at a time", async (cut) => {
    const bytes = Buffer.concat([
      frame(1, `${at}200Z out ü\n`),
      frame(1, `${at}400Z long `),
      frame(2, `${at}600Z err\r\n`),
      frame(1, `${at}400Z rest\n`),
      frame(1, `${at}800Z not ended`),
    ]);
    const lines = await read(bytes, cut);
    expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
      ["out", "out ü"],
      ["err", "err"],
      ["out", "long rest"],
      ["out", "not ended"],
    ]);
    const [first, err, long] = lines.map(({ number }) => number);
    expect([(err ?? 0) - (first ?? 0), (long ?? 0) - (first ?? 0)]).toEqual([2, 1]);
  });

  test.each([1, 7, 10_000])("of a container with a terminal is read line by line, however it is cut: %i bytes at a time", async (cut) => {
    const lines = await read(Buffer.from(`${at}200Z one ü\r\n${at}400Z \r\n${at}600Z two\r\n${at}800Z not ended`), cut);
    expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
      ["out", "one ü"],
      ["out", ""],
      ["out", "two"],
    ]);
  });

  test("a line without an end costs no more than its limit", async () => {
    const bytes = Buffer.concat(Array.from({ length: 100 }, () => frame(1, `${at}Z ${"x".repeat(16_384)}`)));
    const [line] = await read(bytes, 65_536);
    expect(line?.text.length).toBe(8_192);
  });
});
