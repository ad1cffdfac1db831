import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectDatabase, type Database } from "#db/client.ts";
import { createAuth } from "#server/auth/auth.ts";
import { createTestContext, silentLog } from "#server/testing/fixtures.ts";
import { createTrpcHandler } from "./handler.ts";

const origin = "http://127.0.0.1:22001";
let db: Database;
let server: Server;

/** Nothing listens on port 1: a database that is gone. */
beforeEach(async () => {
  db = connectDatabase("postgres://ada:hunter2@127.0.0.1:1/none");
  const auth = createAuth({ db, log: silentLog, secret: "s".repeat(32), url: origin, origins: [origin] });
  const answer = createTrpcHandler(createTestContext({ db, auth }).services);
  server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await db.$client.end();
});

test("without the database a call is answered with the reason, and nothing of the way there", async () => {
  const { port } = server.address() as AddressInfo;
  // Signed as better-auth signs, so that the session is looked for.
  const key = await crypto.subtle.importKey("raw", Buffer.from("s".repeat(32)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = Buffer.from(await crypto.subtle.sign("HMAC", key, Buffer.from("token"))).toString("base64");
  const headers = { cookie: `tideline.session_token=${encodeURIComponent(`token.${signature}`)}`, connection: "close" };
  const answer = await fetch(`http://127.0.0.1:${port}/api/trpc/fleets.list`, { headers });
  const text = await answer.text();
  expect(answer.status).toBe(503);
  expect(JSON.parse(text).error.json.data.failure).toEqual({
    code: "unavailable",
    message: "The database cannot be reached. Fleets and their traffic stay up. Try again when that is mended.",
    problems: [],
  });
  expect(text).not.toMatch(/hunter2|ECONNREFUSED|select/);
});
