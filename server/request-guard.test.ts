import { describe, expect, test } from "vitest";
import { findDoors, refuseHandshake, refuseRequest } from "./request-guard.ts";

const local = findDoors({ host: "127.0.0.1", port: 3000, publicUrl: null });
const behindProxy = findDoors({ host: "0.0.0.0", port: 3000, publicUrl: "https://tideline.example.com" });

const get = (host: string | undefined, url = "/") => ({ method: "GET", url, headers: { host } });
const json = { "content-type": "application/json", "content-length": "2" };
const post = (headers: Record<string, string>, url = "/api/trpc/x") => ({ method: "POST", url, headers: { host: "127.0.0.1:3000", ...headers } });

describe("by its Host", () => {
  test.each(["127.0.0.1:3000", "localhost:3000", "[::1]:3000", "LOCALHOST:3000"])("%s is let in", (host) => {
    expect(refuseRequest(get(host), local)).toBeNull();
  });

  test.each(["evil.example.com", "127.0.0.1", "127.0.0.1:3001", "localhost.evil.com:3000", "", undefined])(
    "%s is refused with the names that work",
    (host) => {
      expect(refuseRequest(get(host), local)).toMatchObject({ status: 421, message: expect.stringContaining("http://127.0.0.1:3000") });
    },
  );

  test("PUBLIC_URL and a named address are let in, a wildcard address opens no other name", () => {
    expect(refuseRequest(get("tideline.example.com"), behindProxy)).toBeNull();
    expect(refuseRequest(get("192.168.1.5:3000"), behindProxy)?.status).toBe(421);
    const named = findDoors({ host: "192.168.1.5", port: 80, publicUrl: null });
    expect(refuseRequest(get("192.168.1.5"), named)).toBeNull();
  });
});

describe("a request that changes something", () => {
  test("comes from our own page, as JSON of a known length", () => {
    expect(refuseRequest(post({ ...json, origin: "http://127.0.0.1:3000" }), local)).toBeNull();
  });

  test("or from a program with a token, which no page can make a browser send", () => {
    const token = { ...json, authorization: "Bearer tideline_x" };
    expect(refuseRequest(post(token), local)).toBeNull();
    expect(refuseRequest(post({ ...token, "content-type": "text/plain" }), local)?.status).toBe(415);
    // There a cookie would count.
    expect(refuseRequest(post(token, "/api/auth/sign-out"), local)?.status).toBe(403);
    expect(refuseHandshake({ method: "GET", url: "/socket.io/?EIO=4", headers: { host: "127.0.0.1:3000", ...token } }, local)).toBeNull();
    expect(refuseHandshake({ method: "GET", url: "/_next/hmr", headers: { host: "127.0.0.1:3000", ...token } }, local)?.status).toBe(403);
  });

  test.each([
    [403, "without an Origin", post(json)],
    [403, "with another kind of authorization", post({ ...json, authorization: "Basic YTpi" })],
    [403, "from another origin", post({ ...json, origin: "http://evil.example.com" })],
    [403, "from another port", post({ ...json, origin: "http://127.0.0.1:3001" })],
    [403, "from a sandboxed page", post({ ...json, origin: "null" })],
    [415, "as a form", post({ origin: "http://127.0.0.1:3000", "content-type": "application/x-www-form-urlencoded", "content-length": "2" })],
    [
      415,
      "as something that begins like JSON",
      post({ origin: "http://127.0.0.1:3000", "content-type": "application/jsonp", "content-length": "2" }),
    ],
    [411, "of unknown length", post({ origin: "http://127.0.0.1:3000", "content-type": "application/json", "transfer-encoding": "chunked" })],
    [413, "of 2 MB", post({ ...json, origin: "http://127.0.0.1:3000", "content-length": "2000000" })],
    [405, "to a page", post({ ...json, origin: "http://127.0.0.1:3000" }, "/login")],
  ])("is refused with %i %s", (status, _, req) => {
    expect(refuseRequest(req, local)?.status).toBe(status);
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])("is never a %s", (method) => {
    expect(refuseRequest({ ...get("127.0.0.1:3000"), method }, local)?.status).toBe(405);
  });
});

test.each(["*", "//evil.example.com/", "/\\\\evil.example.com/", "http://evil.example.com/", undefined])("%s is no path", (url) => {
  expect(refuseRequest({ ...get("127.0.0.1:3000"), url }, local)?.status).toBe(400);
});

test("a socket's handshake needs our Host and our Origin", () => {
  const handshake = (headers: Record<string, string>) => ({ method: "GET", url: "/socket.io/", headers });
  expect(refuseHandshake(handshake({ host: "localhost:3000", origin: "http://localhost:3000" }), local)).toBeNull();
  expect(refuseHandshake(handshake({ host: "localhost:3000" }), local)?.status).toBe(403);
  expect(refuseHandshake(handshake({ host: "localhost:3000", origin: "http://evil.example.com" }), local)?.status).toBe(403);
  expect(refuseHandshake(handshake({ host: "evil.example.com", origin: "http://localhost:3000" }), local)?.status).toBe(421);
});
