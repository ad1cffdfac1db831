import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError, consoleUrl, findProjectRoot, readConfig } from "./config.ts";

const root = "/somewhere/tideline";

test("has a sensible value for everything", () => {
  expect(readConfig({}, root)).toEqual({
    port: 3000,
    host: "127.0.0.1",
    dataDirectory: "/somewhere/tideline/data",
    databaseUrl: null,
    publicUrl: null,
    trustedProxies: [],
    allowPrivateUrls: [],
    dockerAllow: [],
    secretDirectories: ["/run/secrets"],
    logLevel: "info",
    authSecret: null,
    metricsToken: null,
    sso: null,
    passwords: "everyone",
    projectRoot: root,
    development: false,
  });
});

test("an empty variable counts as absent, a data directory is absolute or below the project", () => {
  expect(readConfig({ PORT: "", TIDELINE_DATA: "/var/lib/tideline" }, root)).toMatchObject({ port: 3000, dataDirectory: "/var/lib/tideline" });
  expect(readConfig({ TIDELINE_DATA: "./here" }, root).dataDirectory).toBe(join(root, "here"));
});

test("lists and addresses are taken apart", () => {
  expect(readConfig({ TIDELINE_ALLOW_PRIVATE_URLS: "ci.internal, 10.0.0.0/8" }, root).allowPrivateUrls).toEqual(["ci.internal", "10.0.0.0/8"]);
  const config = readConfig({ TRUSTED_PROXIES: "10.0.0.1, 192.168.0.0/16,::1", PUBLIC_URL: "https://Tideline.Example.com/" }, root);
  expect(config.trustedProxies).toEqual(["10.0.0.1", "192.168.0.0/16", "::1"]);
  expect(config.publicUrl).toBe("https://tideline.example.com");
});

test.each([
  ["PORT", "0"],
  ["PORT", "65536"],
  ["PORT", "80a"],
  ["PORT", "-1"],
  ["HOST", "not a host"],
  ["HOST", "999.1.1.1"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["DATABASE_URL", "localhost"],
  ["PUBLIC_URL", "tideline.example.com"],
  ["PUBLIC_URL", "https://example.com/below"],
  ["PUBLIC_URL", "ftp://example.com"],
  ["TRUSTED_PROXIES", "10.0.0.1,nonsense"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["TIDELINE_ALLOW_PRIVATE_URLS", "http://ci.internal/"],
  ["TIDELINE_ALLOW_PRIVATE_URLS", "10.0.0.0/33"],
  ["TIDELINE_SECRET_DIRECTORIES", "/run/secrets,here"],
  ["LOG_LEVEL", "loud"],
  ["AUTH_SECRET", "short"],
  ["TIDELINE_METRICS_TOKEN", "short"],
  ["TIDELINE_METRICS_TOKEN", "with spaces ".repeat(4)],
  ["OIDC_ISSUER", "http://id.example.com"],
  ["OIDC_ISSUER", "https://ada:hunter2@id.example.com"],
  ["OIDC_TOKEN_ENDPOINT", "ftp://id.example.com/token"],
  ["OIDC_SCOPES", "email profile"],
  ["OIDC_GROUP_ROLES", "admins=admin"],
  ["OIDC_GROUP_ROLES", '{"admins":"root"}'],
  ["OIDC_GROUP_ROLES", '{"shop":{"Production":"viewer"}}'],
  ["OIDC_NEWCOMERS", "admin"],
  ["PASSWORD_SIGN_IN", "nobody"],
  ["PASSWORD_SIGN_IN", "admins"],
])("refuses %s=%s with the name and the expected form", (name, value) => {
  expect(() => readConfig({ [name]: value }, root)).toThrow(new RegExp(`${name}: expected .{8,}`));
});

test("names every wrong variable at once and repeats no value", () => {
  const wrong = () => readConfig({ PORT: "http", AUTH_SECRET: "hunter2", LOG_LEVEL: "loud" }, root);
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(/PORT[\s\S]*LOG_LEVEL[\s\S]*AUTH_SECRET/);
  expect(wrong).not.toThrow(/hunter2/);
});

const provider = { OIDC_ISSUER: "https://id.example.com", OIDC_CLIENT_ID: "tideline" };

test("a provider needs its issuer and our identifier; of the secret only the place is kept", () => {
  const { sso } = readConfig({ ...provider, OIDC_CLIENT_SECRET: "hunter2" }, root);
  expect(sso).toEqual({
    name: "id.example.com",
    issuer: "https://id.example.com",
    clientId: "tideline",
    clientSecret: "env:OIDC_CLIENT_SECRET",
    clientAuth: "basic",
    endpoints: null,
    scopes: "openid email profile",
    groupsClaim: "groups",
    groupRoles: null,
    newcomers: null,
  });
  expect(readConfig({ ...provider, OIDC_CLIENT_SECRET: "file:/run/secrets/oidc" }, root).sso?.clientSecret).toBe("file:/run/secrets/oidc");
});

test("endpoints are given all together, or discovered", () => {
  const endpoints = {
    OIDC_AUTHORIZATION_ENDPOINT: "https://id.example.com/authorize",
    OIDC_TOKEN_ENDPOINT: "https://id.example.com/token",
    OIDC_JWKS_URI: "http://127.0.0.1:9000/keys",
  };
  expect(readConfig({ ...provider, ...endpoints }, root).sso?.endpoints).toMatchObject({ keys: "http://127.0.0.1:9000/keys", userinfo: null });
  expect(() => readConfig({ ...provider, ...endpoints, OIDC_JWKS_URI: "" }, root)).toThrow(/OIDC_JWKS_URI: expected an address/);
  expect(() => readConfig({ OIDC_ISSUER: provider.OIDC_ISSUER }, root)).toThrow(/OIDC_CLIENT_ID: expected/);
  expect(() => readConfig({ OIDC_CLIENT_ID: "tideline" }, root)).toThrow(/OIDC_ISSUER: expected/);
});

test.each([
  [{ host: "127.0.0.1", port: 3000, publicUrl: null }, "http://127.0.0.1:3000"],
  [{ host: "0.0.0.0", port: 80, publicUrl: null }, "http://127.0.0.1:80"],
  [{ host: "::1", port: 3000, publicUrl: null }, "http://[::1]:3000"],
  [{ host: "0.0.0.0", port: 3000, publicUrl: "https://tideline.example.com" }, "https://tideline.example.com"],
])("the console of %o is at %s", (config, url) => {
  expect(consoleUrl(config)).toBe(url);
});

test("finds the project from any file of it", () => {
  expect(findProjectRoot(import.meta.url)).toBe(join(import.meta.dirname, ".."));
});
