import { describe, expect, test } from "vitest";
import { problemsOf } from "#domain/problems.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import { type EngineDraft, emptyEngine, engineFields, schemeOf, toDriver, toEngine } from "./engine-draft.ts";

const draftOf = (change: Partial<EngineDraft>): EngineDraft => ({ ...emptyEngine, ...change });
const tls = { ca: "file:/run/secrets/ca.pem", cert: "file:/run/secrets/cert.pem", key: "file:/run/secrets/key.pem" };
const ssh = { sshKey: "env:TIDELINE_SECRET_SSH", hostKey: `SHA256:${"a".repeat(43)}` };

test("as it stands at first it is the engine of this machine, and taken as it is", () => {
  const driver = toDriver(emptyEngine);
  expect(driver.engine).toEqual({ url: "unix:///var/run/docker.sock", tls: null, ssh: null });
  expect(DockerSettings.parse(driver)).toEqual(driver);
});

test.each<[string, Partial<EngineDraft>, ReturnType<typeof schemeOf>]>([
  ["a socket", { url: "unix:///run/docker.sock" }, "unix"],
  ["another machine, with spaces round it", { url: "  tcp://10.0.0.7:2376 " }, "tcp"],
  ["one behind ssh", { url: "ssh://deploy@10.0.0.7" }, "ssh"],
  ["what is not finished", { url: "tc" }, "unix"],
])("%s asks for the secrets of its own way", (_, change, scheme) => expect(schemeOf(draftOf(change))).toBe(scheme));

describe("what is typed is sent", () => {
  test.each<[string, Partial<EngineDraft>, ReturnType<typeof toEngine>]>([
    ["TLS", { url: " tcp://10.0.0.7:2376", ...tls }, { url: "tcp://10.0.0.7:2376", tls, ssh: null }],
    ["no TLS at all on this machine", { url: "tcp://127.0.0.1:2375" }, { url: "tcp://127.0.0.1:2375", tls: null, ssh: null }],
    [
      "half of TLS, for the server to refuse",
      { url: "tcp://127.0.0.1:2375", ca: tls.ca },
      { url: "tcp://127.0.0.1:2375", tls: { ca: tls.ca, cert: "", key: "" }, ssh: null },
    ],
    [
      "ssh",
      { url: "ssh://deploy@10.0.0.7:2222", ...ssh },
      { url: "ssh://deploy@10.0.0.7:2222", tls: null, ssh: { key: ssh.sshKey, hostKey: ssh.hostKey } },
    ],
    ["nothing of a way that is not taken", { ...tls, ...ssh }, { url: emptyEngine.url, tls: null, ssh: null }],
  ])("%s", (_, change, engine) => expect(toEngine(draftOf(change))).toEqual(engine));

  test.each<[string, Partial<EngineDraft>, Partial<DockerSettings>]>([
    ["a network", { network: " shop " }, { network: "shop" }],
    ["none", { network: "  " }, { network: null }],
    ["their own addresses, whatever stands under published ports", { bind: "10.0.0.7", ports: "8000" }, { reach: { type: "address" } }],
    ["published ports that the engine chooses", { reach: "published" }, { reach: { type: "published", bind: "127.0.0.1", host: null, ports: null } }],
    [
      "published ports of a machine that is called otherwise from here",
      { reach: "published", bind: " 0.0.0.0", host: "docker.internal ", ports: " 8000-8099" },
      { reach: { type: "published", bind: "0.0.0.0", host: "docker.internal", ports: "8000-8099" } },
    ],
    ["that the last containers are kept", { keepOld: true }, { keepOld: true }],
  ])("%s", (_, change, expected) => {
    const driver = toDriver(draftOf(change));
    expect(driver).toMatchObject(expected);
    expect(DockerSettings.parse(driver)).toEqual(driver);
  });
});

describe("a refusal stands at the field that it is about", () => {
  const published = { reach: "published" } as const;
  test.each<[keyof typeof engineFields, Partial<EngineDraft>]>([
    ["url", { url: "10.0.0.7" }],
    ["ca", { url: "tcp://10.0.0.7:2376", ...tls, ca: "" }],
    ["cert", { url: "tcp://10.0.0.7:2376", ...tls, cert: "-----BEGIN CERTIFICATE-----" }],
    ["key", { url: "tcp://10.0.0.7:2376", ...tls, key: "/etc/key.pem" }],
    ["sshKey", { url: "ssh://deploy@10.0.0.7", ...ssh, sshKey: "" }],
    ["hostKey", { url: "ssh://deploy@10.0.0.7", ...ssh, hostKey: "SHA256:short" }],
    ["network", { network: "host" }],
    ["bind", { ...published, bind: "localhost" }],
    ["host", { ...published, bind: "0.0.0.0" }],
    ["ports", { ...published, ports: "8099-8000" }],
  ])("%s", (field, change) => {
    const refused = DockerSettings.safeParse(toDriver(draftOf(change)));
    expect(problemsOf(refused.error ?? { issues: [] }).map((problem) => `driver.${problem.field}`)).toEqual([engineFields[field]]);
  });

  test("one about TLS as a whole stands at the engine", () => {
    const refused = DockerSettings.safeParse(toDriver(draftOf({ url: "tcp://10.0.0.7:2376" })));
    expect(problemsOf(refused.error ?? { issues: [] })).toMatchObject([{ field: "engine.tls" }]);
  });
});
