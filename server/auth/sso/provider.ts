import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  type getJwksCache,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ServerMetadata,
  setJwksCache,
} from "openid-client";
import type { SsoSettings } from "#domain/settings/sso.ts";
import type { Secrets } from "#server/io/secrets.ts";
import { redact, type Sensitive } from "#server/io/sensitive.ts";
import { createUrlPolicy, type UrlPolicy } from "#server/io/url-policy.ts";
import { createCall } from "./call.ts";
import { SsoRefusal, toRefusal } from "./refusal.ts";

/** What is remembered between sending a browser to the provider and its coming back. */
export interface SsoSecrets {
  readonly state: string;
  readonly nonce: string;
  /** PKCE: only whoever began can use the code. */
  readonly verifier: string;
}

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** One OpenID Connect provider, asked by the authorization code flow with PKCE. Everything throws SsoRefusal. */
export interface SsoProvider {
  /** Where to send the browser. Asks the provider for its keys first, so that nobody is sent to one that is down. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly secrets: SsoSecrets }>;
  /**
   * What the provider says of whoever came back to this address. Signature, issuer, audience, expiry and nonce of the
   * identity token are checked as OpenID Connect Core 1.0, 3.1.3.7 has it, by openid-client.
   */
  finish(cameBackTo: URL, secrets: SsoSecrets): Promise<Claims>;
}

interface SsoProviderInput {
  readonly settings: SsoSettings;
  readonly secrets: Secrets;
  readonly allowPrivateUrls: readonly string[];
  /** For everything that is asked of the provider at one step. */
  readonly deadlineMs?: number;
}

const deadlineMsDefault = 8_000;
/** Each may wait for the provider until the deadline; strangers can begin as many as they like. */
const askingMax = 20;
const discoveredForMs = 600_000;
/** Many who begin at once ask once. */
const aliveForMs = 10_000;
/** Asymmetric ones: with the others whoever knows the client secret could sign. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

type KeyCache = NonNullable<ReturnType<typeof getJwksCache>>;

export function createSsoProvider({ settings, secrets, allowPrivateUrls, deadlineMs = deadlineMsDefault }: SsoProviderInput): SsoProvider {
  const policy = createPolicy(settings, allowPrivateUrls);
  let discovered: { readonly metadata: ServerMetadata; readonly at: number } | null = null;
  let asking = 0;
  let keys: { readonly cache: KeyCache; readonly at: number } | null = null;

  async function discover(signal: AbortSignal): Promise<ServerMetadata> {
    if (discovered && performance.now() - discovered.at < discoveredForMs) return discovered.metadata;
    const execute = isInsecure(settings) ? [allowInsecureRequests] : [];
    const found = await discovery(new URL(settings.issuer), settings.clientId, undefined, None(), {
      [customFetch]: createCall(policy, signal),
      execute,
    }).catch((error: unknown) => {
      const refusal = toRefusal(error);
      throw refusal.code === "down" ? refusal : new SsoRefusal("setup", refusal.message);
    });
    discovered = { metadata: found.serverMetadata(), at: performance.now() };
    return discovered.metadata;
  }

  /** Whatever the provider says in return: our secret is not repeated. */
  async function ask<Answer>(act: (config: Configuration, signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    if (asking >= askingMax) throw new SsoRefusal("too-many", `${askingMax} people are signing in at this moment.`);
    asking += 1;
    return askOne(act).finally(() => {
      asking -= 1;
    });
  }

  async function askOne<Answer>(act: (config: Configuration, signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const signal = AbortSignal.timeout(deadlineMs);
    const secret = await readSecret(settings, secrets);
    try {
      const metadata = settings.endpoints ? toMetadata(settings, settings.endpoints) : await discover(signal);
      const config = new Configuration(metadata, settings.clientId, undefined, clientAuth(settings, secret));
      config[customFetch] = createCall(policy, signal);
      if (isInsecure(settings)) allowInsecureRequests(config);
      enableNonRepudiationChecks(config);
      if (keys) setJwksCache(config, keys.cache);
      return await act(config, signal);
    } catch (error) {
      const { code, message } = toRefusal(error);
      throw new SsoRefusal(code, redact(message, secret));
    }
  }

  async function readKeys(config: Configuration, signal: AbortSignal): Promise<void> {
    if (keys && performance.now() - keys.at < aliveForMs) return;
    const url = config.serverMetadata().jwks_uri;
    if (url === undefined) throw new SsoRefusal("setup", "The provider's discovery document names no jwks_uri.");
    const answer = await createCall(policy, signal)(url, { method: "GET", headers: { accept: "application/json" }, body: null, redirect: "manual" });
    const jwks = answer.ok ? ((await answer.json().catch(() => null)) as KeyCache["jwks"] | null) : null;
    if (!Array.isArray(jwks?.keys))
      throw new SsoRefusal("down", `${new URL(url).host} gives no keys at ${new URL(url).pathname} (status ${answer.status}).`);
    keys = { cache: { jwks, uat: Math.floor(Date.now() / 1_000) }, at: performance.now() };
  }

  return {
    begin: (redirectUri) =>
      ask(async (config, signal) => {
        await readKeys(config, signal);
        const flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
        const url = buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: settings.scopes,
          state: flow.state,
          nonce: flow.nonce,
          code_challenge: await calculatePKCECodeChallenge(flow.verifier),
          code_challenge_method: "S256",
        });
        return { url: url.href, secrets: flow };
      }),
    finish: (cameBackTo, { state, nonce, verifier }) =>
      ask(async (config) => {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
        const tokens = await authorizationCodeGrant(config, cameBackTo, checks);
        const claims = tokens.claims();
        if (!claims) throw new SsoRefusal("not-proven", "The provider sent no identity token.");
        const more = config.serverMetadata().userinfo_endpoint ? await fetchUserInfo(config, tokens.access_token, claims.sub) : {};
        // What is signed counts before what is told beside it.
        return { ...more, ...claims };
      }),
  };
}

/** Whoever configures the server has named these hosts: a company's own provider is often in its own network. */
function createPolicy({ issuer, endpoints }: SsoSettings, allowed: readonly string[]): UrlPolicy {
  const named = [issuer, endpoints?.authorization, endpoints?.token, endpoints?.keys, endpoints?.userinfo].filter((url) => typeof url === "string");
  return createUrlPolicy([...allowed, ...named.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ""))]);
}

/** http is only taken on this machine, see config-sso.ts. */
function isInsecure({ issuer, endpoints }: SsoSettings): boolean {
  return [issuer, endpoints?.token, endpoints?.keys, endpoints?.userinfo].some((url) => url?.startsWith("http:"));
}

function toMetadata({ issuer }: SsoSettings, endpoints: NonNullable<SsoSettings["endpoints"]>): ServerMetadata {
  return {
    issuer,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    jwks_uri: endpoints.keys,
    ...(endpoints.userinfo ? { userinfo_endpoint: endpoints.userinfo } : {}),
    id_token_signing_alg_values_supported: algorithms,
  };
}

async function readSecret({ clientSecret }: SsoSettings, secrets: Secrets): Promise<Sensitive<string> | null> {
  if (clientSecret === null) return null;
  return secrets.read(clientSecret).catch((error: unknown) => {
    throw new SsoRefusal("setup", error instanceof Error ? error.message : "The client secret could not be read.");
  });
}

function clientAuth({ clientAuth: way }: SsoSettings, secret: Sensitive<string> | null): ClientAuth {
  if (secret === null) return None();
  return way === "basic" ? ClientSecretBasic(secret.reveal()) : ClientSecretPost(secret.reveal());
}
