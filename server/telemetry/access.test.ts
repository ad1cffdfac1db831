import { expect, test } from "vitest";
import { decideMetricsAccess } from "./access.ts";

const token = "t".repeat(32);
const local = { host: "127.0.0.1", publicUrl: null, metricsToken: null };

test.each([
  ["on loopback without a token", local, {}],
  ["on IPv6 loopback", { ...local, host: "::1" }, {}],
  ["by the name localhost", { ...local, host: "localhost" }, {}],
  ["with the token, wherever it listens", { host: "0.0.0.0", publicUrl: "https://tideline.example.com", metricsToken: token }, bearer(token)],
  ["with the token behind a proxy", { ...local, metricsToken: token }, { ...bearer(token), "x-forwarded-for": "10.0.0.1" }],
])("answers %s", (_, config, headers) => {
  expect(decideMetricsAccess(config, headers)).toEqual({ allowed: true });
});

test.each([
  ["without the token that is set, on loopback too", { ...local, metricsToken: token }, {}, 401],
  ["with another token", { ...local, metricsToken: token }, bearer("u".repeat(32)), 401],
  ["with the beginning of the token", { ...local, metricsToken: token }, bearer(token.slice(1)), 401],
  ["with the token as a password", { ...local, metricsToken: token }, { authorization: `Basic ${token}` }, 401],
  ["where others can reach it", { ...local, host: "0.0.0.0" }, {}, 403],
  ["on an address of the network", { ...local, host: "10.0.0.5" }, {}, 403],
  ["behind a public address", { ...local, publicUrl: "https://tideline.example.com" }, {}, 403],
  ["what a proxy passes on", local, { "x-forwarded-for": "10.0.0.1" }, 403],
  ["what a proxy passes on in the standard's words", local, { forwarded: "for=10.0.0.1" }, 403],
])("refuses %s and names the setting", (_, config, headers, status) => {
  expect(decideMetricsAccess(config, headers)).toEqual({ allowed: false, status, message: expect.stringContaining("TIDELINE_METRICS_TOKEN") });
});

function bearer(value: string): { authorization: string } {
  return { authorization: `Bearer ${value}` };
}
