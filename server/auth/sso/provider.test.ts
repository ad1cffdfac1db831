import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SsoSettings } from "#domain/settings/sso.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { goThroughProvider, settingsFor, startTestProvider, type TestProvider, testClient } from "#server/testing/oidc-provider.ts";
import { createSsoProvider, type SsoProvider } from "./provider.ts";

const redirectUri = "http://127.0.0.1:22011/api/auth/sso/callback";
const grace = { email: "grace@example.org", email_verified: true, name: "Grace", groups: ["shop"] };
let provider: TestProvider;

beforeAll(async () => {
  provider = await startTestProvider({ redirectUri, people: { grace } });
});
afterAll(() => provider.close());
beforeEach(() => provider.lie({}));

function connect(change: Partial<SsoSettings> = {}, secret: string = testClient.secret, deadlineMs?: number): SsoProvider {
  const secrets = createSecrets({ env: { OIDC_CLIENT_SECRET: secret }, directories: [] });
  return createSsoProvider({ settings: settingsFor(provider, change), secrets, allowPrivateUrls: [], deadlineMs });
}

async function claimsThrough(sso: SsoProvider, spoil: Partial<{ nonce: string; verifier: string; state: string }> = {}) {
  const { url, secrets } = await sso.begin(redirectUri);
  return sso.finish(await goThroughProvider(url, "grace"), { ...secrets, ...spoil });
}

describe("a provider that tells the truth", () => {
  test.each([
    ["with the endpoints that are configured", {}],
    ["with those that it names itself", { endpoints: null }],
  ])("says who came, %s", async (_, change) => {
    expect(await claimsThrough(connect(change))).toMatchObject({ sub: "grace", ...grace, iss: provider.issuer });
  });

  test("is asked with a challenge, a state and a nonce", async () => {
    const { url, secrets } = await connect().begin(redirectUri);
    const asked = Object.fromEntries(new URL(url).searchParams);
    expect(asked).toMatchObject({ response_type: "code", state: secrets.state, nonce: secrets.nonce, code_challenge_method: "S256" });
    expect(url).not.toContain(secrets.verifier);
    expect(url).not.toContain(testClient.secret);
  });
});

describe("what is not so is refused", () => {
  test.each([
    ["a nonce of another sign-in", { change: (claims: object) => ({ ...claims, nonce: "x" }) }, /nonce/],
    ["no nonce", { change: ({ nonce: _, ...claims }: JWTPayload) => claims }, /nonce/],
    ["a token for somebody else", { change: (claims: object) => ({ ...claims, aud: "other" }) }, /aud/],
    ["a token of another issuer", { change: (claims: object) => ({ ...claims, iss: "https://elsewhere.example" }) }, /iss/],
    ["a token that has expired", { change: (claims: object) => ({ ...claims, exp: Math.floor(Date.now() / 1_000) - 60 }) }, /exp/],
    ["a token of another person than the access token's", { change: (claims: object) => ({ ...claims, sub: "eve" }) }, /sub/],
    ["a signature that is not the provider's", { strangerSigns: true }, /signature/],
  ])("%s", async (_, lie, says) => {
    provider.lie(lie);
    await expect(claimsThrough(connect())).rejects.toMatchObject({ code: "not-proven", message: expect.stringMatching(says) });
  });

  test("a state or verifier that another browser began with", async () => {
    await expect(claimsThrough(connect(), { state: "x" })).rejects.toMatchObject({ code: "not-proven", message: expect.stringMatching(/state/) });
    await expect(claimsThrough(connect(), { verifier: "x".repeat(43) })).rejects.toMatchObject({ code: "lost" });
  });

  test("a code for the second time", async () => {
    const sso = connect();
    const { url, secrets } = await sso.begin(redirectUri);
    const cameBackTo = await goThroughProvider(url, "grace");
    await sso.finish(cameBackTo, secrets);
    await expect(sso.finish(cameBackTo, secrets)).rejects.toMatchObject({ code: "lost" });
  });

  test("a person whom the provider does not let through", async () => {
    const sso = connect();
    const { url, secrets } = await sso.begin(redirectUri);
    const refused = sso.finish(await goThroughProvider(url, ""), secrets);
    await expect(refused).rejects.toMatchObject({ code: "refused", message: "The provider says access_denied: Not today." });
  });

  test("our own wrong secret", async () => {
    const wrong = claimsThrough(connect({}, "hunter3"));
    await expect(wrong).rejects.toMatchObject({ code: "setup", message: expect.stringContaining("401: it does not accept OIDC_CLIENT_ID") });
  });

  test("words that repeat our secret are not passed on with it", async () => {
    const sso = connect();
    const { secrets } = await sso.begin(redirectUri);
    const said = new URLSearchParams({ error: "server_error", error_description: `Wrong ${testClient.secret}`, state: secrets.state });
    await expect(sso.finish(new URL(`${redirectUri}?${said}`), secrets)).rejects.toMatchObject({
      message: "The provider says server_error: Wrong [redacted]",
    });
  });

  test("a secret that is not there, by its name", async () => {
    const missing = connect({ clientSecret: "env:TIDELINE_SECRET_NONE" }).begin(redirectUri);
    await expect(missing).rejects.toMatchObject({ code: "setup", message: expect.stringContaining("TIDELINE_SECRET_NONE") });
  });
});

describe("a provider that is not there", () => {
  let silent: Server;
  let closed: string;
  const listen = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const close = async (server: Server) => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  beforeAll(async () => {
    silent = createServer(() => {});
    await listen(silent);
    const gone = createServer();
    closed = await listen(gone);
    await close(gone);
  });
  afterAll(() => close(silent));
  const at = (url: string) => ({ ...provider.endpoints, keys: url }) as SsoSettings["endpoints"];

  test("is said to be down before anybody is sent there", async () => {
    const down = connect({ endpoints: at(`http://${closed}/keys`) }).begin(redirectUri);
    await expect(down).rejects.toMatchObject({ code: "down", message: `${closed} refused the connection.` });
    const discovery = connect({ issuer: `http://${closed}`, endpoints: null }).begin(redirectUri);
    await expect(discovery).rejects.toMatchObject({ code: "down" });
  });

  test("is not waited for beyond the deadline", async () => {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/keys`;
    const beganAt = performance.now();
    await expect(connect({ endpoints: at(url) }, undefined, 300).begin(redirectUri)).rejects.toMatchObject({
      code: "down",
      message: expect.stringContaining("no whole answer in time"),
    });
    expect(performance.now() - beganAt).toBeLessThan(2_000);
  });

  test("holds up no more people than twenty at once", async () => {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/keys`;
    const sso = connect({ endpoints: at(url) }, undefined, 300);
    const codes = await Promise.all(Array.from({ length: 22 }, () => sso.begin(redirectUri).catch((error: { code: string }) => error.code)));
    expect(codes.toSorted()).toEqual([...Array(20).fill("down"), ...Array(2).fill("too-many")]);
    await expect(sso.begin(redirectUri)).rejects.toMatchObject({ code: "down" });
  });

  test("gives no keys", async () => {
    await expect(connect({ endpoints: at(`${provider.issuer}/nowhere`) }).begin(redirectUri)).rejects.toMatchObject({
      code: "down",
      message: expect.stringContaining("gives no keys at /nowhere"),
    });
  });
});
