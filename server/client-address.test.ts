import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { createAddressReader } from "./client-address.ts";

function request(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  const req = new IncomingMessage(socket);
  if (forwardedFor !== undefined) req.headers["x-forwarded-for"] = forwardedFor;
  return req;
}

test.each([
  ["the connection's other end", [], "203.0.113.7", undefined, "203.0.113.7"],
  ["not what a stranger claims", [], "203.0.113.7", "1.2.3.4", "203.0.113.7"],
  ["what a trusted proxy says", ["10.0.0.1"], "10.0.0.1", "203.0.113.7", "203.0.113.7"],
  ["not what the client put before the proxy's word", ["10.0.0.1"], "10.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"],
  ["the first stranger behind several proxies", ["10.0.0.0/8"], "::ffff:10.0.0.1", "203.0.113.7, 10.2.3.4", "203.0.113.7"],
  ["a proxy that says nothing", ["10.0.0.0/8"], "10.0.0.1", undefined, "10.0.0.1"],
  ["a proxy that says nonsense", ["10.0.0.0/8"], "10.0.0.1", "<script>", "10.0.0.1"],
  ["IPv6", ["fd00::/8"], "fd00::1", "2001:db8::1", "2001:db8::1"],
])("the client's address is %s", (_, trusted, remote, forwardedFor, expected) => {
  expect(createAddressReader(trusted)(request(remote, forwardedFor))).toBe(expected);
});
