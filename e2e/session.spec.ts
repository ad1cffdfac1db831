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
