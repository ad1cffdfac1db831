import type { ContainerInspectInfo } from "dockerode";
import { describe, expect, test } from "vitest";
import type { ContainerRight } from "#domain/container.ts";
import { carry } from "./carry.ts";

const id = "1f".repeat(32);
const digest = `sha256:${"a".repeat(64)}`;
const imageId = `sha256:${"b".repeat(64)}`;
const image = {
  id: imageId,
  digests: [`mirror/shop@${digest}`, `registry.internal/shop@${digest}`],
  config: { Env: ["PATH=/bin", "LEVEL=info"], Entrypoint: ["/serve"], Cmd: ["--port", "80"], Labels: { vendor: "us" }, User: "web" },
};

interface Made {
  readonly Config?: object;
  readonly HostConfig?: object;
  readonly NetworkSettings?: object;
  readonly Mounts?: readonly object[];
}

/** As `docker run` makes one of which nothing was said, and what was. */
function made({ Config = {}, HostConfig = {}, NetworkSettings = {}, Mounts = [] }: Made = {}): ContainerInspectInfo {
  const { Env, Entrypoint, Cmd, Labels, User } = image.config;
  return {
    Id: id,
    Name: "/web-1",
    Image: imageId,
    Mounts,
    Config: { Hostname: id.slice(0, 12), Image: "registry.internal/shop:1.0", Env, Entrypoint, Cmd, Labels, User, WorkingDir: "", ...Config },
    HostConfig: {
      NetworkMode: "bridge",
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      LogConfig: { Type: "json-file", Config: {} },
      IpcMode: "private",
      Runtime: "runc",
      ShmSize: 67_108_864,
      ...HostConfig,
    },
    NetworkSettings: { Ports: {}, Networks: { bridge: { IPAddress: "172.17.0.2", Aliases: null, IPAMConfig: null } }, ...NetworkSettings },
  } as unknown as ContainerInspectInfo;
}
const carried = (container: Made = {}, allowed: readonly ContainerRight[] = []) => carry(made(container), image, allowed);
const plain = {
  entrypoint: null,
  command: null,
  user: null,
  memoryBytes: null,
  cpus: null,
  mounts: [],
  privileged: false,
  hostNetwork: false,
  restart: "no",
  stopTimeout: "10s",
};

test("of a container of which nothing was said nothing is carried but its image, as it runs", () => {
  expect(carried()).toEqual({
    id,
    name: "web-1",
    image: `registry.internal/shop:1.0@${digest}`,
    ports: [],
    published: [],
    networks: [null],
    settings: plain,
    env: [],
    notCarried: [],
  });
});

test.each<[what: string, asked: string, digests: string[], named: string]>([
  ["another repository's name", "shop:1.0", [`mirror/shop@${digest}`], `mirror/shop@${digest}`],
  ["no repository", "shop:1.0", [], imageId],
  ["its id", imageId, [], imageId],
])("an image that is known by %s is named so", (_, asked, digests, named) => {
  expect(carry(made({ Config: { Image: asked } }), { ...image, digests }, []).image).toBe(named);
});

describe("what was said of it", () => {
  test.each<[what: string, container: Made, settings: object]>([
    ["its command", { Config: { Cmd: ["--verbose"] } }, { command: ["--verbose"] }],
    ["its entry point", { Config: { Entrypoint: ["/sh", "-c"], Cmd: ["run"] } }, { entrypoint: ["/sh", "-c"], command: ["run"] }],
    ["an entry point as one word", { Config: { Entrypoint: "/sh", Cmd: null } }, { entrypoint: ["/sh"] }],
    ["the image's entry point without its command", { Config: { Cmd: null } }, { entrypoint: ["/serve"] }],
    ["no entry point: what runs is one", { Config: { Entrypoint: [""], Cmd: ["/sh", "-l"] } }, { entrypoint: ["/sh"], command: ["-l"] }],
    ["its user", { Config: { User: "1000:1000" } }, { user: "1000:1000" }],
    ["its limits", { HostConfig: { Memory: 2 ** 28, MemorySwap: 2 ** 28, NanoCpus: 5e8 } }, { memoryBytes: 2 ** 28, cpus: 0.5 }],
    ["a share of a processor in parts", { HostConfig: { CpuQuota: 150_000, CpuPeriod: 100_000 } }, { cpus: 1.5 }],
    ["its restart policy", { HostConfig: { RestartPolicy: { Name: "always", MaximumRetryCount: 0 } } }, { restart: "always" }],
    ["its time to stop", { Config: { StopTimeout: 3 } }, { stopTimeout: "3s" }],
    [
      "a volume with a name",
      { Mounts: [{ Type: "volume", Name: "cache", Source: "/var/lib/x", Destination: "/cache", RW: false }] },
      { mounts: [{ type: "volume", volume: "cache", path: "/cache", readOnly: true }] },
    ],
  ])("is carried over: %s", (_, container, settings) => {
    expect(carried(container)).toMatchObject({ settings: { ...plain, ...settings }, notCarried: [] });
  });

  test("that reaches beyond the container is carried over where an admin allows it, and named where not", () => {
    const container = {
      HostConfig: { Privileged: true, NetworkMode: "host" },
      Mounts: [{ Type: "bind", Source: "/srv", Destination: "/data", RW: true }],
    };
    expect(carried(container, ["privileged", "host-network", "host-mounts"])).toMatchObject({
      settings: { privileged: true, hostNetwork: true, mounts: [{ type: "host", directory: "/srv", path: "/data", readOnly: false }] },
      notCarried: [],
    });
    expect(carried(container)).toMatchObject({ settings: { privileged: false, hostNetwork: false, mounts: [] } });
    expect(carried(container).notCarried).toEqual([
      "The host's /srv at /data: TIDELINE_DOCKER_ALLOW does not list host-mounts",
      "Privileged: TIDELINE_DOCKER_ALLOW does not list privileged",
      "The host's network: TIDELINE_DOCKER_ALLOW does not list host-network",
    ]);
  });

  test("that a release cannot say is named", () => {
    const { notCarried } = carried({
      Config: {
        Cmd: ["serve", "--token=hunter2"],
        Hostname: "shop",
        Labels: { vendor: "us", "traefik.enable": "true" },
        StopTimeout: 60,
        StopSignal: "SIGINT",
        Tty: true,
        WorkingDir: "/srv",
        Healthcheck: { Test: ["CMD", "true"] },
      },
      HostConfig: {
        ...{ CapAdd: ["NET_ADMIN", "SYS_TIME", "CHOWN", "KILL"], Devices: [{ PathOnHost: "/dev/fuse" }], DeviceRequests: [{ Driver: "" }] },
        ...{ Links: ["/db:/web-1/db"], ExtraHosts: ["a:10.0.0.1"], Ulimits: [{ Name: "nofile" }], Tmpfs: { "/run": "" }, AutoRemove: true },
        ...{ LogConfig: { Type: "syslog", Config: { "syslog-address": "x" } }, Memory: 2 ** 28, MemorySwap: 2 ** 29, PidsLimit: 100 },
        ...{ RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 }, ReadonlyRootfs: true },
        PortBindings: { "80/tcp": [{ HostPort: "8081" }], "81/tcp": [{ HostPort: "" }], "53/udp": [{ HostPort: "" }] },
      },
      NetworkSettings: { Networks: { shop: { Aliases: ["web", "web-1", id.slice(0, 12)], IPAMConfig: { IPv4Address: "10.1.1.1" } }, bridge: {} } },
      Mounts: [{ Type: "volume", Name: "f".repeat(64), Source: "/x", Destination: "/data", RW: true }],
    });
    expect(notCarried.join("\n")).toBe(
      [
        "Its command, which seems to hold a secret: give it as a variable",
        "What it keeps at /data, in a volume without a name",
        "Added capabilities: NET_ADMIN, SYS_TIME, CHOWN and 1 more",
        "Devices: /dev/fuse",
        "Devices of a driver, as GPUs are",
        "Links: /db:/web-1/db",
        "Extra hosts: a:10.0.0.1",
        "Limits: nofile",
        "Temporary file systems: /run",
        "Options of its log: syslog-address",
        "The log driver syslog",
        "A root file system that is read only",
        "Its removal when it ends",
        "At most 100 processes",
        "Swap beside its limit of memory",
        "At most 3 starts after failures",
        "Labels: traefik.enable",
        "The host name shop",
        "A terminal, or an open standard input",
        "The working directory /srv",
        "The stop signal SIGINT",
        "60 s to stop: a release has at most 30",
        "A HEALTHCHECK of its own",
        "Its names in its network: web",
        "Its fixed address",
        "All of its networks but one",
        "Published ports that are not TCP: 53/udp",
        "Published ports besides the service's own",
        "The number of its published port: 8081",
      ].join("\n"),
    );
  });
});

describe("its environment", () => {
  test("is carried over without the image's own, and without what seems to be a secret", () => {
    const { env, ports, notCarried } = carried({
      Config: {
        Env: ["PATH=/bin", "LEVEL=debug", "A==b", "PORT=8080", "DB_PASSWORD=hunter2", "URL=https://shop:hunter2@db/"],
        ExposedPorts: { "80/tcp": {} },
      },
    });
    expect(env).toEqual([
      { key: "LEVEL", value: "debug" },
      { key: "A", value: "=b" },
      { key: "DB_PASSWORD", value: null },
      { key: "URL", value: null },
    ]);
    expect(ports).toEqual([8_080]);
    expect(notCarried).toEqual([]);
  });

  test("holds nothing that a release may not set, and says so", () => {
    const { env, notCarried } = carried({ Config: { Env: ["PATH=/opt/bin", "HOME=/root", "a.b=1", `LONG=${"x".repeat(5_000)}`] } });
    expect(env).toEqual([]);
    expect(notCarried.map((note) => note.split(".")[0])).toEqual(["Variable PATH", "Variable HOME", "Variable a", "Variable LONG"]);
  });
});

test("its ports are those it names and publishes, and its networks those it is in", () => {
  const container = carried({
    Config: { ExposedPorts: { "9090/tcp": {}, "53/udp": {} } },
    NetworkSettings: {
      Ports: {
        "80/tcp": [
          { HostIp: "0.0.0.0", HostPort: "8081" },
          { HostIp: "::", HostPort: "8081" },
        ],
        "9090/tcp": null,
      },
      Networks: { shop: {} },
    },
  });
  expect(container).toMatchObject({ ports: [80, 9_090], published: [{ port: 80, bind: "0.0.0.0" }], networks: ["shop"] });
});
