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
    secretDirectories: ["/run/secrets"],
    logLevel: "info",
    authSecret: null,
    metricsToken: null,
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
])("refuses %s=%s with the name and the expected form", (name, value) => {
  expect(() => readConfig({ [name]: value }, root)).toThrow(new RegExp(`${name}: expected .{8,}`));
});

test("names every wrong variable at once and repeats no value", () => {
  const wrong = () => readConfig({ PORT: "http", AUTH_SECRET: "hunter2", LOG_LEVEL: "loud" }, root);
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(/PORT[\s\S]*LOG_LEVEL[\s\S]*AUTH_SECRET/);
  expect(wrong).not.toThrow(/hunter2/);
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
