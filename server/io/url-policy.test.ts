import { expect, test } from "vitest";
import { createUrlPolicy } from "./url-policy.ts";

const resolve = (host: string, allowed: readonly string[] = []) => createUrlPolicy(allowed).resolve(new URL(`http://${host}/`));

test.each(["1.1.1.1", "[2606:4700:4700::1111]"])("%s is on the internet", async (host) => {
  expect(await resolve(host)).toMatchObject({ address: host.replace(/[[\]]/g, "") });
});

test.each([
  "127.0.0.1",
  "2130706433",
  "0x7f.1",
  "localhost",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "[::1]",
  "[fd12::1]",
  "[::ffff:10.0.0.1]",
  "[64:ff9b::a00:1]",
])("%s is private and refused unless it is listed", async (host) => {
  await expect(resolve(host)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("TIDELINE_ALLOW_PRIVATE_URLS") });
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["127.0.0.1", "127.0.0.0/8"],
  ["localhost", "localhost"],
  ["10.1.2.3", "10.1.0.0/16"],
  ["[::ffff:10.0.0.1]", "10.0.0.0/8"],
  ["[fd12::1]", "fd12::/16"],
])("%s may be called where %s is listed", async (host, allowed) => {
  await expect(resolve(host, [allowed])).resolves.toBeTruthy();
});

test.each(["169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "0.0.0.0", "[::]", "224.0.0.1"])(
  "%s is never called, whatever is listed",
  async (host) => {
    await expect(resolve(host, ["0.0.0.0/0", "::/0", host])).rejects.toMatchObject({ message: expect.stringContaining("never called") });
  },
);

test("a name that is not there is said so", async () => {
  await expect(resolve("no-such-host.invalid")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("no address") });
});
