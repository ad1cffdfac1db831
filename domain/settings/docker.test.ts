import { describe, expect, test } from "vitest";
import { DockerEngine, DockerSettings, parseEngineUrl } from "./docker.ts";

const tls = { ca: "file:/run/secrets/ca.pem", cert: "file:/run/secrets/cert.pem", key: "file:/run/secrets/key.pem" };
const ssh = { key: "env:TIDELINE_SECRET_SSH", hostKey: `SHA256:${"a".repeat(43)}` };
const fieldsOf = (engine: object) => DockerEngine.safeParse(engine).error?.issues.map(({ path }) => path.join(".")) ?? [];

describe("an engine's URL", () => {
  test.each([
    ["unix:///var/run/docker.sock", { type: "unix", path: "/var/run/docker.sock" }],
    ["tcp://engine.internal:2376", { type: "tcp", host: "engine.internal", port: 2_376 }],
    ["tcp://[::1]:2375", { type: "tcp", host: "::1", port: 2_375 }],
    ["ssh://deploy@10.0.0.7", { type: "ssh", user: "deploy", host: "10.0.0.7", port: 22, path: "/var/run/docker.sock" }],
    [
      "ssh://deploy@engine:2222/run/user/1000/docker.sock",
      { type: "ssh", user: "deploy", host: "engine", port: 2_222, path: "/run/user/1000/docker.sock" },
    ],
  ])("%s is one", (url, address) => expect(parseEngineUrl(url)).toEqual(address));

  test.each([
    "docker.sock",
    "unix://relative.sock",
    "http://engine:2375",
    "tcp://engine",
    "tcp://engine:0",
    "tcp://engine:99999",
    "tcp://user:secret@engine:2376",
    "tcp://999.1.1.1:2376",
    "ssh://engine",
    "ssh://deploy:secret@engine",
    "ssh://-oProxyCommand@engine",
    "tcp://engine:2376?a=b",
  ])("%s is none", (url) => expect(parseEngineUrl(url)).toBeNull());
});

describe("what an engine needs", () => {
  test.each([
    ["nothing on this machine", { url: "unix:///var/run/docker.sock" }, []],
    ["nothing on the loopback address", { url: "tcp://127.0.0.1:2375" }, []],
    ["TLS on another machine", { url: "tcp://engine:2376" }, ["tls"]],
    ["TLS that is there", { url: "tcp://engine:2376", tls }, []],
    ["a key and a host key over SSH", { url: "ssh://deploy@engine" }, ["ssh"]],
    ["SSH that is there", { url: "ssh://deploy@engine", ssh }, []],
    ["no TLS over SSH", { url: "ssh://deploy@engine", ssh, tls }, ["tls"]],
    ["no SSH on a socket", { url: "unix:///var/run/docker.sock", ssh }, ["ssh"]],
    ["references, never secrets", { url: "tcp://engine:2376", tls: { ...tls, key: "-----BEGIN PRIVATE KEY-----" } }, ["tls.key"]],
    ["a fingerprint as ssh-keygen prints it", { url: "ssh://deploy@engine", ssh: { ...ssh, hostKey: "MD5:00:11" } }, ["ssh.hostKey"]],
  ])("%s", (_, engine, fields) => expect(fieldsOf(engine)).toEqual(fields));
});

describe("how a container is reached", () => {
  const reachOf = (reach: object) => DockerSettings.safeParse({ type: "docker", engine: { url: "unix:///var/run/docker.sock" }, reach });
  test.each([
    ["at its address", { type: "address" }, true],
    ["at a published port", { type: "published" }, true],
    ["at one of a range", { type: "published", ports: "8000-8099" }, true],
    ["never at a range that ends before it begins", { type: "published", ports: "8099-8000" }, false],
    ["never at a name for an address", { type: "published", bind: "localhost" }, false],
    ["never everywhere without the name of its machine", { type: "published", bind: "0.0.0.0" }, false],
    ["everywhere, with the name of its machine", { type: "published", bind: "0.0.0.0", host: "engine.internal" }, true],
  ])("%s", (_, reach, isRight) => expect(reachOf(reach).success).toBe(isRight));

  test("a fleet does not take the host's network", () => {
    const parsed = DockerSettings.safeParse({ type: "docker", engine: { url: "unix:///var/run/docker.sock" }, network: "host" });
    expect(parsed.error?.issues[0]?.path).toEqual(["network"]);
  });
});

describe("what a fleet adopts", () => {
  const [first, second] = ["a".repeat(64), "b".repeat(64)];
  const fieldsOf = (...adopted: object[]) =>
    DockerSettings.safeParse({ type: "docker", engine: { url: "unix:///var/run/docker.sock" }, adopted }).error?.issues.map(({ path }) =>
      path.slice(1).join("."),
    ) ?? [];
  test.each<[string, object[], string[]]>([
    [
      "is one container for each instance",
      [
        { instance: "i0", container: first, port: 80 },
        { instance: "i1", container: second, port: 81 },
      ],
      [],
    ],
    ["is named by a whole id", [{ instance: "i0", container: "a".repeat(12), port: 80 }], ["0.container"]],
    ["is an instance", [{ instance: "I 0", container: first, port: 80 }], ["0.instance"]],
    ["has a port", [{ instance: "i0", container: first }], ["0.port"]],
    ["has nothing else", [{ instance: "i0", container: first, port: 80, name: "web" }], ["0"]],
    [
      "is no instance twice",
      [
        { instance: "i0", container: first, port: 80 },
        { instance: "i0", container: second, port: 80 },
      ],
      ["1.instance"],
    ],
    [
      "is not two instances",
      [
        { instance: "i0", container: first, port: 80 },
        { instance: "i1", container: first, port: 80 },
      ],
      ["1.container"],
    ],
  ])("%s", (_, adopted, fields) => expect(fieldsOf(...adopted)).toEqual(fields));

  test("is bounded", () => {
    const many = Array.from({ length: 201 }, (_, index) => ({ instance: `i${index}`, container: index.toString(16).padStart(64, "0"), port: 80 }));
    expect(fieldsOf(...many)).toEqual([""]);
  });
});
