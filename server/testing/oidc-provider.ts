import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { Provider } from "oidc-provider";
import type { SsoEndpoints, SsoSettings } from "#domain/settings/sso.ts";

/** Whom the provider knows, by `sub`: the claims that it sends of them. */
export type ProviderPeople = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What becomes of the claims of an identity token before it is sent, and whether a stranger signs it. */
interface Lie {
  readonly change?: (claims: JWTPayload) => JWTPayload;
  readonly strangerSigns?: boolean;
}

/** A real OpenID Connect provider on this machine, which lies when it is told to. */
export interface TestProvider {
  readonly issuer: string;
  readonly redirectUri: string;
  readonly endpoints: SsoEndpoints;
  readonly people: Record<string, Readonly<Record<string, unknown>>>;
  lie(lie: Lie): void;
  close(): Promise<void>;
}

interface TestProviderInput {
  readonly redirectUri: string;
  readonly people: ProviderPeople;
}

export const testClient = { id: "tideline", secret: "hunter2-hunter2-hunter2-hunter2-hunter2" } as const;

/** How a console is told of the provider; the client's secret is where the variable OIDC_CLIENT_SECRET is. */
export function settingsFor({ issuer, endpoints }: TestProvider, change: Partial<SsoSettings> = {}): SsoSettings {
  return {
    name: "Keyring",
    issuer,
    clientId: testClient.id,
    clientSecret: "env:OIDC_CLIENT_SECRET",
    clientAuth: "basic",
    endpoints,
    scopes: "openid email profile",
    groupsClaim: "groups",
    groupRoles: null,
    newcomers: null,
    ...change,
  };
}

export async function startTestProvider({ redirectUri, people: known }: TestProviderInput): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = { ...known };
  const [own, stranger] = await Promise.all([generateKeyPair("RS256", { extractable: true }), generateKeyPair("RS256", { extractable: true })]);
  let lie: Lie = {};
  const provider = new Provider(issuer, {
    clients: [{ client_id: testClient.id, client_secret: testClient.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...(await exportJWK(own.privateKey)), kid: "own", alg: "RS256", use: "sig" }] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    scopes: ["openid", "email", "profile"],
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => (people[sub] ? { accountId: sub, claims: () => ({ sub, ...people[sub] }) } : undefined),
    interactions: { url: (_ctx, { uid }) => `/ask/${uid}` },
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith("/ask/")) return next();
    const sub = ctx.query["as"];
    if (sub === undefined) {
      const links = Object.keys(people).map((each) => `<a href="?as=${each}">Continue as ${each}</a>`);
      ctx.body = `<!doctype html><title>The provider</title><link rel="icon" href="data:,">${[...links, '<a href="?as=">Refuse</a>'].join(" ")}`;
      return;
    }
    const result = sub === "" ? { error: "access_denied", error_description: "Not today." } : { login: { accountId: String(sub) } };
    await provider.interactionFinished(ctx.req, ctx.res, result);
    ctx.respond = false;
  });
  provider.use(async (ctx, next) => {
    await next();
    const { id_token: token } = (ctx.body ?? {}) as { readonly id_token?: string };
    if (ctx.path !== "/token" || !token) return;
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as JWTPayload;
    const signed = await new SignJWT(lie.change ? lie.change(claims) : claims)
      .setProtectedHeader({ alg: "RS256", kid: "own" })
      .sign((lie.strangerSigns ? stranger : own).privateKey);
    ctx.body = { ...(ctx.body as object), id_token: signed };
  });
  server.on("request", provider.callback());
  return {
    issuer,
    redirectUri,
    endpoints: { authorization: `${issuer}/auth`, token: `${issuer}/token`, keys: `${issuer}/jwks`, userinfo: `${issuer}/me` },
    people,
    lie: (next) => {
      lie = next;
    },
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Goes where the provider's pages lead as that person, and ends at the address to which it sends the browser back. */
export async function goThroughProvider(authorizationUrl: string, sub: string): Promise<URL> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(authorizationUrl);
  let url = new URL(authorizationUrl);
  for (let step = 0; step < 8; step += 1) {
    if (url.pathname.startsWith("/ask/")) url.searchParams.set("as", sub);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`The provider stays at ${url.pathname} with ${answer.status}: ${await answer.text()}`);
    url = new URL(location, url);
    if (url.origin !== origin) return url;
  }
  throw new Error("The provider leads nowhere.");
}
