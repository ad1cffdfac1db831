import { type Browser, type BrowserContext, test as base, type Page } from "@playwright/test";
import { account, type Client, createDemo, type Demo, setUpAccount } from "./client.ts";
import { type Console, startConsole } from "./console.ts";
import { createGuard, type Guard } from "./guard.ts";

const startTimeoutMs = 90_000;
/** Enough for every chart to have something to draw. */
const demoRequestsPerSecond = 120;

interface Fixtures {
  /** A server of the test's own; everything that it started is gone afterwards. */
  readonly console: Console;
  /** The first account, signed in without a browser. */
  readonly client: Client;
  readonly demo: Demo;
  /** Fails the test on console errors, exceptions and failed responses of every page that is opened through it. */
  readonly guard: Guard;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
  console: async ({}, use, info) => {
    info.setTimeout(info.timeout + startTimeoutMs);
    const running = await startConsole();
    await use(running);
    if (info.status !== info.expectedStatus) await info.attach("server output", { body: running.output(), contentType: "text/plain" });
    await running.close();
  },
  client: async ({ console }, use) => {
    await use(await setUpAccount(console));
  },
  demo: async ({ client }, use) => {
    await use(await createDemo(client, demoRequestsPerSecond));
  },
  // Set up after the console, so that the pages are closed before their server.
  guard: async ({ console: _running }, use) => {
    const guard = createGuard();
    await use(guard);
    guard.assertQuiet();
  },
  context: async ({ context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },
});

/** Signs in as a person does, and waits for the first page of the console. */
export async function signIn(page: Page, { url }: Console, path = "/"): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: `Account of ${account.name}` }).waitFor();
}

/** A second person's browser, with cookies and storage of its own. */
export async function openBrowser(browser: Browser, guard: Guard): Promise<BrowserContext> {
  const context = await browser.newContext();
  guard.watch(context);
  return context;
}
