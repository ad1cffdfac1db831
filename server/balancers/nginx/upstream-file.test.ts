import { describe, expect, test } from "vitest";
import { NginxSettings } from "#domain/settings/nginx.ts";
import { settle } from "./settle.ts";
import { digestOf, parseFile, renderFile, requireAddress, type ServerLine, type UpstreamFile } from "./upstream-file.ts";
import { hexOf } from "./workers.ts";

const settings = NginxSettings.parse({ type: "nginx", upstreamFile: "/etc/nginx/t/shop.conf", upstream: "shop", status: "http://127.0.0.1:8081" });
const server = (name: string, change: Partial<ServerLine> = {}): ServerLine => ({
  name,
  address: "10.0.0.1:80",
  state: "in",
  until: null,
  cut: 0,
  ...change,
});
const file = (...servers: ServerLine[]): UpstreamFile => ({ fleetId: "f", fence: 3, servers });

describe("an upstream file", () => {
  test("is read as it was written", () => {
    const written = file(server("i0-1"), server("i1-2", { state: "draining", until: 5, cut: 1 }));
    expect(parseFile(renderFile(written, settings), "/f")).toEqual(written);
  });

  test("gives requests to what is in rotation, and answers 503 where nothing is", () => {
    const servers = (of: UpstreamFile) => renderFile(of, settings).match(/^ {2}server .*;/gm);
    expect(servers(file(server("i0-1"), server("i1-2", { address: "10.0.0.2:80", state: "out" })))).toEqual([
      "  server 10.0.0.1:80 fail_timeout=1s;",
    ]);
    expect(servers(file())).toEqual(["  server 127.0.0.1:8081;"]);
  });

  test("has the same digest where NGINX does the same by it", () => {
    const out = file(server("i0-1"), server("i1-2", { state: "out" }));
    expect(digestOf({ ...out, fence: 9 }, settings)).toBe(digestOf(file(server("i0-1"), server("i1-2", { state: "draining", until: 1 })), settings));
    expect(digestOf(out, settings)).not.toBe(digestOf(file(server("i0-1"), server("i1-2")), settings));
  });

  test.each([
    ["upstream shop {}\n", "is not Tideline's"],
    ["# Tideline writes this file whole\n# fleet {}\n", "was changed by somebody else"],
    ['# Tideline writes this file whole\n# fleet {"fleetId":"f","fence":1}\n# server {"name":1}\n', "was changed by somebody else"],
  ])("%j is not taken for one", (text, words) => {
    expect(() => parseFile(text, "/f")).toThrow(words);
  });

  test.each(["10.0.0.1:80; }", "10.0.0.1", 'a"b:80', "a b:80"])("%s is no address that is written into it", (address) => {
    expect(() => requireAddress(address)).toThrow("cannot be given the address");
  });
});

describe("what has become due", () => {
  const names = new Set(["i0-1"]);
  const draining = server("i0-1", { state: "draining", until: 1_000 });

  test("a drain ends when nothing is in flight, and otherwise with its time, when the rest counts as cut", () => {
    const at = (now: number, inFlight: number | null) => settle(file(draining), { names, count: () => inFlight, mayEnd: () => true, now }).servers[0];
    expect(at(500, 0)).toMatchObject({ state: "out", cut: 0 });
    expect(at(500, 2)).toBe(draining);
    expect(at(1_000, 2)).toMatchObject({ state: "out", cut: 2 });
  });

  test("a drain that NGINX's workers do not know of yet does not end", () => {
    const same = file(draining);
    expect(settle(same, { names, count: () => 0, mayEnd: () => false, now: 2_000 })).toBe(same);
  });

  test("where requests in flight cannot be seen it takes its whole time", () => {
    const at = (now: number) => settle(file(draining), { names, count: () => null, mayEnd: () => true, now }).servers[0]?.state;
    expect([at(999), at(1_000)]).toEqual(["draining", "out"]);
  });

  test("a server of no unit goes, and a file in which nothing is due is the same one", () => {
    expect(settle(file(server("i0-1"), server("i9-1")), { names, count: () => 0, mayEnd: () => true, now: 0 }).servers).toEqual([server("i0-1")]);
    const same = file(server("i0-1"));
    expect(settle(same, { names, count: () => 0, mayEnd: () => true, now: 0 })).toBe(same);
  });
});

test.each([
  ["127.0.0.1:8080", "0100007F:1F90"],
  ["[::1]:80", "00000000000000000000000001000000:0050"],
  ["[2001:db8::ff00:42:8329]:443", "B80D01200000000000FF000029834200:01BB"],
  ["web-1:80", null],
])("%s is %s in the system's list of connections", (address, hex) => expect(hexOf(address)).toBe(hex));
