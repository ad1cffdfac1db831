import { afterAll, beforeAll, expect, test } from "vitest";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { startHaproxy, type TestHaproxy } from "#server/testing/haproxy.ts";
import { findTestProgram } from "#server/testing/programs.ts";
import { freePort } from "../../../e2e/support/free-port.ts";
import { createHaproxyCheck } from "./check.ts";
import { createHaproxySocket } from "./socket.ts";

const program = await findTestProgram("haproxy", "HAPROXY_PATH");
if (program === null) throw new Error("No HAProxy was found: install it, or give its path in HAPROXY_PATH.");

const say = createHaproxySocket(createUrlPolicy([]));
const check = createHaproxyCheck(say);
const soon = () => AbortSignal.timeout(10_000);
let haproxy: TestHaproxy;

beforeAll(async () => {
  haproxy = await startHaproxy(program);
});
afterAll(() => haproxy?.close());

test("a HAProxy as the docs set it up is well, and what it does not count is said", async () => {
  expect((await check(haproxy.settings, soon())).map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    "Connection ok",
    "Backend ok",
    "Permission ok",
    "Counts doubt",
  ]);
});

test("servers of others in the backend are a doubt", async () => {
  await say(haproxy.settings, ["add server shop/by-hand 127.0.0.1:9"], soon());
  expect((await check(haproxy.settings, soon()))[1]).toMatchObject({ outcome: "doubt", message: expect.stringContaining("by-hand") });
});

test.each([
  ["a backend that is not there", { backend: "nobody" }, "Backend", "no backend nobody"],
  ["a socket that is not there", { socket: "unix:/nowhere/admin.sock" }, "Connection", "is not there"],
  ["a private address that is not listed", { socket: "tcp://127.0.0.1:9" }, "Connection", "TIDELINE_ALLOW_PRIVATE_URLS"],
])("%s fails its step, which is the last", async (_, change, name, words) => {
  const steps = await check({ ...haproxy.settings, ...change }, soon());
  expect(steps.at(-1)).toMatchObject({ name, outcome: "failed", message: expect.stringContaining(words) });
});

test("over TCP it answers where the address is listed, and that it would answer anybody is said", async () => {
  const open = await startHaproxy(program, await freePort());
  try {
    const [connection] = await createHaproxyCheck(createHaproxySocket(createUrlPolicy(["127.0.0.1"])))(open.settings, soon());
    expect(connection).toMatchObject({ outcome: "doubt", message: expect.stringContaining("would answer anybody") });
    expect(await check(open.settings, soon())).toMatchObject([{ name: "Connection", outcome: "failed" }]);
  } finally {
    await open.close();
  }
});
