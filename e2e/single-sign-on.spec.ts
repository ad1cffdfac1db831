import { expect } from "@playwright/test";
import { startTestProvider, type TestProvider, testClient } from "#server/testing/oidc-provider.ts";
import { account, setUpAccount } from "./support/client.ts";
import { type Console, startConsole } from "./support/console.ts";
import { test as base } from "./support/fixtures.ts";
import { freePort } from "./support/free-port.ts";

const grace = { email: "grace@example.org", email_verified: true, name: "Grace", groups: ["shop"] };

/** A console into which a real provider on this machine lets people. */
const test = base.extend<{ readonly provider: TestProvider }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
  provider: async ({}, use) => {
    const port = await freePort();
    const provider = await startTestProvider({ redirectUri: `http://127.0.0.1:${port}/api/auth/sso/callback`, people: { grace } });
    await use(provider);
    await provider.close();
  },
  console: async ({ provider }, use, info) => {
    info.setTimeout(info.timeout + 90_000);
    const { endpoints, issuer, redirectUri } = provider;
    const running: Console = await startConsole({
      PORT: new URL(redirectUri).port,
      PASSWORD_SIGN_IN: "admins",
      OIDC_NAME: "Keyring",
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: testClient.id,
      OIDC_CLIENT_SECRET: testClient.secret,
      OIDC_AUTHORIZATION_ENDPOINT: endpoints.authorization,
      OIDC_TOKEN_ENDPOINT: endpoints.token,
      OIDC_JWKS_URI: endpoints.keys,
      OIDC_USERINFO_ENDPOINT: endpoints.userinfo ?? "",
      OIDC_GROUP_ROLES: JSON.stringify({ shop: { demo: "operator" } }),
    });
    await use(running);
    await running.close();
  },
});

test("people sign in through the provider; when it is down an admin still gets in with a password", async ({ page, console, provider, guard }) => {
  test.setTimeout(120_000);
  await setUpAccount(console);
  const password = async (email: string) => {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };

  await page.goto(`${console.url}/settings`);
  await page.getByRole("link", { name: "Sign in with Keyring" }).click();
  await page.getByRole("link", { name: "Continue as grace" }).click();
  await page.getByRole("button", { name: "Account of Grace" }).waitFor();
  expect(page.url()).toBe(`${console.url}/settings`);
  await expect(page.getByRole("main")).toContainText("operator in demo, no role elsewhere");
  await expect(page.getByRole("button", { name: "Change password…" })).toHaveAccessibleDescription(/have no password here/);

  await page.context().clearCookies();
  await page.goto(`${console.url}/login`);
  await page.getByRole("link", { name: "Sign in with Keyring" }).click();
  await page.getByRole("link", { name: "Refuse" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Keyring" })).toContainText("Keyring did not let you through.");

  await password(account.email);
  await page.getByRole("button", { name: `Account of ${account.name}` }).waitFor();
  await page.goto(`${console.url}/settings/sign-on`);
  await page.getByRole("link", { name: "Test Keyring" }).click();
  await page.getByRole("link", { name: "Continue as grace" }).click();
  await expect(page.getByRole("table", { name: "Claims received" })).toContainText('["shop"]');
  await expect(page.getByRole("main")).toContainText("Would be let in");

  await provider.close();
  guard.expectComplaints(/ERR_CONNECTION_REFUSED/);
  await page.context().clearCookies();
  await page.goto(`${console.url}/login?next=%2Fplans`);
  // It answered a moment ago, and is asked again after ten seconds.
  await expect(async () => {
    await page.goto(`${console.url}/api/auth/sso/start?next=%2Fplans`);
    await expect(page.getByRole("alert").filter({ hasText: "Keyring" })).toContainText("Keyring does not answer.");
  }).toPass({ timeout: 30_000 });
  await password(account.email);
  await expect(page).toHaveURL(`${console.url}/plans`);
  expect(console.output()).not.toContain(testClient.secret);
});
