import { expect } from "@playwright/test";
import { io } from "socket.io-client";
import type { Console } from "./support/console.ts";
import { signIn, test } from "./support/fixtures.ts";
import { until } from "./support/until.ts";

const path = "/socket.io";

/** Opens the socket as a page would and answers with what the server made of it. */
async function connect({ url }: Console, headers: Record<string, string>): Promise<"refused" | "connected"> {
  const socket = io(url, { path, transports: ["websocket"], reconnection: false, extraHeaders: headers });
  try {
    return await new Promise((resolve) => {
      socket.on("connect", () => resolve("connected"));
      socket.on("connect_error", () => resolve("refused"));
    });
  } finally {
    socket.close();
  }
}

test("a socket without a session, or from another origin, gets nothing", async ({ console, client }) => {
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  expect(await connect(console, { origin: console.url, cookie })).toBe("connected");
  expect(await connect(console, { origin: console.url })).toBe("refused");
  expect(await connect(console, { origin: "http://elsewhere.example", cookie })).toBe("refused");
});

test("signing out cuts the socket, and the page asks to sign in", async ({ page, console, client, demo }) => {
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const socket = io(console.url, { path, transports: ["websocket"], reconnection: false, extraHeaders: { origin: console.url, cookie } });
  let heard = 0;
  socket.on("fleet.live", () => {
    heard += 1;
  });
  socket.emit("watch.fleet", { fleetId: demo.fleetId }, () => {});
  await until(() => heard > 0, "The socket heard nothing.", 20_000);
  const response = await client.send(`${console.url}/api/auth/sign-out`, {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  expect(response.ok).toBe(true);
  await until(() => socket.disconnected, "The socket stayed open after signing out.", 20_000);
  socket.close();

  await signIn(page, console);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto(`${console.url}/fleets/${demo.fleetId}`);
  await expect(page).toHaveURL(/\/login/);
});

test("a program with a token needs no cookie, and is out within five seconds once the token is revoked", async ({ console, client }) => {
  const access = { defaultRole: "viewer", roles: {}, granted: [] } as const;
  const { token, tokenId } = await client.trpc.tokens.create.mutate({ name: "ci", access, days: 1 });
  const headers = { authorization: `Bearer ${token}` };
  const list = () => fetch(`${console.url}/api/trpc/fleets.list`, { headers });
  expect((await list()).status).toBe(200);
  const body = JSON.stringify({ json: { name: "from a program", plan: {} } });
  const save = await fetch(`${console.url}/api/trpc/plans.save`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
  });
  expect(save.status).toBe(403);
  expect(await save.text()).toContain("This needs the role operator in some environment; you are viewer.");
  const socket = io(console.url, { path, transports: ["websocket"], reconnection: false, extraHeaders: headers });
  await until(() => socket.connected, "The socket did not open.", 20_000);
  await client.trpc.tokens.revoke.mutate({ tokenId });
  await until(() => socket.disconnected, "The socket stayed open after the token was revoked.", 5_000);
  socket.close();
  expect((await list()).status).toBe(401);
  expect(await connect(console, headers)).toBe("refused");
});
