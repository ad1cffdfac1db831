import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { freePort } from "../../e2e/support/free-port.ts";
import { until } from "../../e2e/support/until.ts";
import { type Contender, instances, parallel, pauseMs, type Rolled } from "./contender.ts";
import { imageOf } from "./images.ts";

const nanos = 1e6;
const updateMsMax = 240_000;
const addresses = 250;

export type Order = "stop-first" | "start-first";

/**
 * `docker service update` of the engine's own Swarm, with the same image, pace and failure action. Its routing mesh needs
 * IPVS, so HAProxy finds the tasks by its own checks at every address of their network.
 */
export async function startSwarm(docker: Docker, haproxyProgram: string, order: Order): Promise<Contender> {
  await docker.swarmInit({ ListenAddr: `127.0.0.1:${await freePort()}`, AdvertiseAddr: "127.0.0.1" });
  const created = await docker.createService(specOf("1.0", order) as never);
  const service = docker.getService((created as unknown as { ID?: string; id: string }).ID ?? created.id);
  const balancer = await startChecking(docker, haproxyProgram);
  const close = async () => {
    await balancer.close();
    await service.remove();
    await docker.swarmLeave({ force: true });
  };
  try {
    await until(async () => (await runningOn(docker, "1.0")) === instances, "Swarm did not bring the service up.", updateMsMax);
    await balancer.untilSeen(instances);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: `docker service update, ${order}`,
    url: balancer.url,
    roll: (release) => roll(docker, service, order, release),
    close,
  };
}

function specOf(release: string, order: Order) {
  const pace = { Parallelism: parallel, Delay: pauseMs * nanos, Order: order, Monitor: pauseMs * nanos, MaxFailureRatio: 0 };
  return {
    Name: "greeter",
    TaskTemplate: {
      ContainerSpec: {
        Image: imageOf(release),
        StopGracePeriod: 30_000 * nanos,
        Healthcheck: {
          Test: ["CMD", "/busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"],
          Interval: 2_000 * nanos,
          Timeout: 1_000 * nanos,
          Retries: 3,
        },
      },
      Networks: [{ Target: "bridge" }],
    },
    Mode: { Replicated: { Replicas: instances } },
    UpdateConfig: { ...pace, FailureAction: "rollback" },
    RollbackConfig: { ...pace, Delay: 0, FailureAction: "pause" },
  };
}

interface ServiceState {
  readonly Version: { readonly Index: number };
  readonly UpdateStatus?: { readonly State?: string; readonly StartedAt?: string; readonly CompletedAt?: string };
}

const resting = new Set(["completed", "rollback_completed", "paused", "rollback_paused"]);

async function roll(docker: Docker, service: Docker.Service, order: Order, release: string): Promise<Rolled> {
  const before = (await service.inspect()) as unknown as ServiceState;
  const startedAt = Date.now();
  await service.update({ version: before.Version.Index, ...specOf(release, order) } as never);
  const isOurs = ({ UpdateStatus: status }: ServiceState) =>
    status?.State !== undefined && resting.has(status.State) && status.StartedAt !== before.UpdateStatus?.StartedAt;
  const after = await until(
    async () => {
      const state = (await service.inspect()) as unknown as ServiceState;
      return isOurs(state) ? state : null;
    },
    "Swarm's update did not end.",
    updateMsMax,
  );
  const ended = after.UpdateStatus?.State ?? "";
  if (ended === "rollback_completed")
    await until(async () => (await runningOn(docker, "1.0")) === instances, "Swarm did not come back.", updateMsMax);
  return { ended, startedAt, wallMs: Date.now() - startedAt, criticalMs: null, isBack: (await runningOn(docker, "1.0")) === instances };
}

/** Containers of a release that run and are healthy. */
async function runningOn(docker: Docker, release: string): Promise<number> {
  const listed = await docker.listContainers({ filters: { label: ["com.docker.swarm.service.name=greeter"], health: ["healthy"] } });
  return listed.filter(({ Image }) => Image.startsWith(imageOf(release))).length;
}

interface Checking {
  readonly url: string;
  untilSeen(count: number): Promise<void>;
  close(): Promise<void>;
}

async function startChecking(docker: Docker, program: string): Promise<Checking> {
  const network = (await docker.getNetwork("bridge").inspect()) as { IPAM: { Config: readonly { Subnet: string }[] } };
  const prefix = network.IPAM.Config[0]?.Subnet.split(".").slice(0, 3).join(".") ?? "";
  const directory = await mkdtemp(join(tmpdir(), "tideline-swarm-"));
  const port = await freePort();
  const statusPort = await freePort();
  const servers = Array.from({ length: addresses }, (_, index) => `  server s${index + 2} ${prefix}.${index + 2}:8080`);
  await writeFile(join(directory, "haproxy.cfg"), configOf(port, statusPort, servers));
  const child: ChildProcess = spawn(program, ["-db", "-f", join(directory, "haproxy.cfg")], { stdio: "ignore" });
  const count = async () => {
    const answer = await fetch(`http://127.0.0.1:${statusPort}/;csv`).catch(() => null);
    return ((await answer?.text()) ?? "").split("\n").filter((line) => /^shop,s\d+,.*,UP,/.test(line)).length;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    untilSeen: async (wanted) => void (await until(async () => (await count()) >= wanted, "HAProxy did not find the tasks.", updateMsMax)),
    close: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same way of spreading and of trying again as the one that docs/balancers.md gives for Tideline's. */
function configOf(port: number, statusPort: number, servers: readonly string[]): string {
  return `defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 15s
  timeout check 1s
frontend www
  bind 127.0.0.1:${port}
  default_backend shop
frontend status
  bind 127.0.0.1:${statusPort}
  stats enable
  stats uri /
backend shop
  balance leastconn
  retries 2
  option redispatch 1
  retry-on conn-failure empty-response
  http-request disable-l7-retry unless METH_GET
  option httpchk GET /healthz
  default-server check inter 1s fastinter 500ms downinter 1s fall 2 rise 1
${servers.join("\n")}
`;
}
