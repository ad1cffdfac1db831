import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { hasBody, isRepeatable, requestHeaders, responseHeaders } from "./headers.ts";

function createRequest(method: string, ...rawHeaders: string[]): IncomingMessage {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) headers[rawHeaders[index]!.toLowerCase()] = rawHeaders[index + 1]!;
  return { method, headers, rawHeaders, socket: { remoteAddress: "127.0.0.1" } } as unknown as IncomingMessage;
}

const forwarded = ["X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "http"];

describe("what reaches the instance", () => {
  test.each([
    ["our cookies are left out", ["Cookie", "a=1; tideline.session_token=s; __Host-tideline.x=y; b=2; __Secure-Tideline=z"], ["Cookie", "a=1; b=2"]],
    ["a header of our cookies alone is left out", ["Cookie", "tideline.session_token=s"], []],
    ["a cookie that only ends like ours stays", ["Cookie", "mytideline=1"], ["Cookie", "mytideline=1"]],
    [
      "headers of one connection are left out",
      ["Connection", "keep-alive, X-Hop", "X-Hop", "1", "TE", "trailers", "Accept", "*/*"],
      ["Accept", "*/*"],
    ],
    ["headers that come twice stay two", ["X-A", "1", "X-A", "2"], ["X-A", "1", "X-A", "2"]],
  ])("%s", (_, raw, expected) => {
    expect(requestHeaders(createRequest("GET", ...raw))).toEqual([...expected, ...forwarded]);
  });

  test("the client's address is added to those before it, and the host is told", () => {
    expect(requestHeaders(createRequest("GET", "Host", "shop", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-Proto", "https"))).toEqual([
      "Host",
      "shop",
      "X-Forwarded-Proto",
      "https",
      "X-Forwarded-For",
      "10.0.0.1, 127.0.0.1",
      "X-Forwarded-Host",
      "shop",
    ]);
  });
});

test("a service cannot set our cookies", () => {
  const raw = [
    "Set-Cookie",
    "tideline.session_token=x; Path=/",
    "Set-Cookie",
    "__Host-tideline.a=b",
    "Set-Cookie",
    "own=1",
    "Transfer-Encoding",
    "chunked",
  ];
  expect(responseHeaders(raw)).toEqual(["Set-Cookie", "own=1"]);
});

test.each([
  ["GET", [], true],
  ["DELETE", [], true],
  ["POST", [], false],
  ["PUT", ["Content-Length", "3"], false],
  ["GET", ["Transfer-Encoding", "chunked"], false],
  ["GET", ["Content-Length", "0"], true],
])("%s %j may be repeated: %s", (method, raw, expected) => {
  expect(isRepeatable(createRequest(method, ...raw))).toBe(expected);
});

test("a body is known by its length or its encoding", () => {
  expect(
    [createRequest("GET"), createRequest("POST", "Content-Length", "1"), createRequest("POST", "Transfer-Encoding", "chunked")].map(hasBody),
  ).toEqual([false, true, true]);
});
