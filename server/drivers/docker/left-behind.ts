import type { ContainerInspectInfo } from "dockerode";

type HostConfig = ContainerInspectInfo["HostConfig"];
type Config = Partial<ContainerInspectInfo["Config"]>;

const shownMax = 3;
const shmBytesDefault = 64 * 1_024 * 1_024;
const stopSecondsMax = 30;
const idLength = 12;

/** What an engine can be told of a container and a release cannot say, where somebody told it. Rights, mounts and variables are looked at elsewhere. */
export function listLeftBehind(container: ContainerInspectInfo, image: Config): string[] {
  const { HostConfig } = container;
  return [...ofHost(HostConfig), ...ofConfig(container, image), ...ofNetworks(container), ...ofPorts(HostConfig)].filter((note) => note !== null);
}

function ofHost(host: HostConfig): (string | null)[] {
  const { Memory = 0, MemorySwap = 0, RestartPolicy, LogConfig, Runtime, ShmSize } = host;
  return [
    named("Added capabilities", host.CapAdd),
    named("Dropped capabilities", host.CapDrop),
    named(
      "Devices",
      listOf(host.Devices).map((device) => (device as { PathOnHost?: string }).PathOnHost),
    ),
    listOf(host.DeviceRequests).length > 0 ? "Devices of a driver, as GPUs are" : null,
    named("Links", listOf(host.Links).map(String)),
    named("Extra hosts", host.ExtraHosts),
    named("Name servers", [...listOf(host.Dns), ...listOf(host.DnsSearch), ...listOf(host.DnsOptions)].map(String)),
    named("Security options", host.SecurityOpt),
    named("Groups", host.GroupAdd),
    named("Kernel settings", Object.keys(host.Sysctls ?? {})),
    named(
      "Limits",
      (host.Ulimits ?? []).map(({ Name }) => String(Name)),
    ),
    named("Temporary file systems", Object.keys(host.Tmpfs ?? {})),
    named("Volumes of other containers", host.VolumesFrom),
    named("Options of its log", Object.keys(LogConfig?.Config ?? {})),
    LogConfig && !["json-file", "local", "journald", ""].includes(LogConfig.Type) ? `The log driver ${LogConfig.Type}` : null,
    host.ReadonlyRootfs ? "A root file system that is read only" : null,
    host.Init ? "An init process" : null,
    host.AutoRemove ? "Its removal when it ends" : null,
    host.PidMode ? `Processes shared with ${host.PidMode}` : null,
    host.IpcMode && !["private", "shareable", ""].includes(host.IpcMode) ? `Memory shared with ${host.IpcMode}` : null,
    host.UTSMode || host.UsernsMode ? "Its host's namespaces" : null,
    host.CgroupParent ? `The control group ${host.CgroupParent}` : null,
    Runtime && Runtime !== "runc" ? `The runtime ${Runtime}` : null,
    ShmSize && ShmSize !== shmBytesDefault ? "The size of /dev/shm" : null,
    host.PidsLimit && host.PidsLimit > 0 ? `At most ${host.PidsLimit} processes` : null,
    host.CpuShares || host.CpusetCpus ? "Its share of processors, or which they are" : null,
    host.MemoryReservation ? "Its reserved memory" : null,
    Memory > 0 && MemorySwap !== Memory ? "Swap beside its limit of memory" : null,
    host.OomKillDisable || host.OomScoreAdj ? "When it is killed for lack of memory" : null,
    RestartPolicy?.MaximumRetryCount ? `At most ${RestartPolicy.MaximumRetryCount} starts after failures` : null,
  ];
}

function ofConfig({ Id, Config, HostConfig }: ContainerInspectInfo, image: Config): (string | null)[] {
  const own = Config as Config & { StopSignal?: string; StopTimeout?: number };
  const signal = (image as { StopSignal?: string }).StopSignal ?? "";
  const labels = Object.entries(Config.Labels ?? {}).filter(([name, value]) => image.Labels?.[name] !== value);
  const isNamed = HostConfig.NetworkMode !== "host" && Config.Hostname !== "" && Config.Hostname !== Id.slice(0, idLength);
  return [
    named(
      "Labels",
      labels.map(([name]) => name),
    ),
    isNamed ? `The host name ${Config.Hostname}` : null,
    Config.Tty || Config.OpenStdin ? "A terminal, or an open standard input" : null,
    (own.WorkingDir ?? "") !== (image.WorkingDir ?? "") ? `The working directory ${own.WorkingDir}` : null,
    (own.StopSignal ?? "") !== signal ? `The stop signal ${own.StopSignal}` : null,
    (own.StopTimeout ?? 0) > stopSecondsMax ? `${own.StopTimeout} s to stop: a release has at most ${stopSecondsMax}` : null,
    JSON.stringify(own.Healthcheck ?? null) === JSON.stringify(image.Healthcheck ?? null) ? null : "A HEALTHCHECK of its own",
  ];
}

function ofNetworks({ Id, Name, HostConfig, NetworkSettings }: ContainerInspectInfo): (string | null)[] {
  const networks = Object.entries(NetworkSettings.Networks ?? {});
  const known = [Id.slice(0, idLength), Name.replace(/^\//, "")];
  const aliases = networks.flatMap(([, { Aliases }]) => listOf(Aliases).map(String)).filter((alias) => !known.includes(alias));
  const hasFixed = networks.some(([, { IPAMConfig }]) => Boolean((IPAMConfig as { IPv4Address?: string } | null)?.IPv4Address));
  return [
    named("Its names in its network", [...new Set(aliases)]),
    hasFixed ? "Its fixed address" : null,
    networks.length > 1 ? "All of its networks but one" : null,
    HostConfig.NetworkMode?.startsWith("container:") ? "The network that it shares with another container" : null,
  ];
}

function ofPorts({ PortBindings }: HostConfig): (string | null)[] {
  const bound = Object.entries((PortBindings ?? {}) as Record<string, readonly { HostPort?: string }[] | null>);
  const tcp = bound.filter(([name]) => name.endsWith("/tcp"));
  const fixed = tcp.flatMap(([, bindings]) => (bindings ?? []).map(({ HostPort }) => HostPort ?? "")).filter((port) => port !== "" && port !== "0");
  return [
    named(
      "Published ports that are not TCP",
      bound.filter(([name]) => !name.endsWith("/tcp")).map(([name]) => name),
    ),
    tcp.length > 1 ? "Published ports besides the service's own" : null,
    named("The number of its published port", [...new Set(fixed)]),
  ];
}

function named(what: string, values: unknown): string | null {
  const list = listOf(values).map(String);
  if (list.length === 0) return null;
  const more = list.length - shownMax;
  return `${what}: ${list.slice(0, shownMax).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function listOf(values: unknown): readonly unknown[] {
  return Array.isArray(values) ? values : [];
}
