import { connect } from "node:net";
import type { ContainerInspectInfo } from "dockerode";
import { Failure, type Problem } from "#domain/failure.ts";
import { type Release, requireArtifact } from "#domain/release.ts";
import type { AdoptedContainer, DockerSettings } from "#domain/settings/docker.ts";
import { labelsFor } from "./adopted.ts";
import type { Engine } from "./client.ts";
import { type Container, inspectContainer, toContainer } from "./containers.ts";
import { addressOf, parseTarget, type Target } from "./describe.ts";
import { imageReference } from "./image-name.ts";
import { inspectImage } from "./images.ts";
import { labels } from "./labels.ts";

const askedAtOnceMax = 50;
const connectMsMax = 2_000;
const shownIdLength = 19;

/**
 * Whether the containers that a fleet would adopt could be its instances: they run, of the image of the release that it begins
 * with where one is given, belong to nobody, and their services are reached as the fleet's will be. Touches none. Throws
 * Failure("invalid") that names each container, and the field, that is in the way.
 */
export async function refuseAdoption(engine: Engine, settings: DockerSettings, release: Release | null, signal: AbortSignal): Promise<void> {
  const { adopted = [] } = settings;
  const wanted = { settings, image: release && (await readWantedImage(engine, release, signal)) };
  const problems: Problem[] = [];
  for (let from = 0; from < adopted.length; from += askedAtOnceMax) {
    const some = adopted.slice(from, from + askedAtOnceMax);
    const found = await Promise.all(some.map((each) => findProblem(engine, wanted, each, signal)));
    problems.push(...found.flatMap((problem, index) => (problem ? [toProblem(problem, from + index)] : [])));
  }
  const [first] = problems;
  if (first) throw new Failure("invalid", first.message, problems);
}

interface Wanted {
  readonly settings: DockerSettings;
  /** Null: any. Its id is null where the engine does not have it. */
  readonly image: { readonly id: string | null; readonly releaseName: string } | null;
}

async function readWantedImage(engine: Engine, release: Release, signal: AbortSignal): Promise<Wanted["image"]> {
  const image = await inspectImage(engine, imageReference(requireArtifact(release, "container").image), signal);
  return { id: image?.id ?? null, releaseName: release.name };
}

/** `of` says whether a field of the container itself is in the way, or one of the fleet's. */
interface Found {
  readonly of: "container" | "port" | "network" | "reach";
  readonly message: string;
}

function toProblem({ of, message }: Found, index: number): Problem {
  return { field: of === "network" || of === "reach" ? `driver.${of}` : `driver.adopted.${index}.${of}`, message };
}

async function findProblem(engine: Engine, wanted: Wanted, adopted: AdoptedContainer, signal: AbortSignal): Promise<Found | null> {
  const inspected = await inspectContainer(engine, adopted.container, signal);
  if (inspected === null)
    return { of: "container", message: `The engine at ${engine.name} has no container ${adopted.container.slice(0, 12)} any more. List them again.` };
  const container = toContainer(inspected, labelsFor({ initialReleaseId: "" }, adopted));
  const unfit = refuseContainer(inspected, container, wanted);
  if (unfit) return { of: "container", message: unfit };
  const target = parseTarget(addressOf(container, engine.host, wanted.settings));
  if (target === null) return describeNoAddress(container, wanted.settings);
  const silence = await tryToConnect(target, signal);
  if (silence === null) return null;
  const message = `${container.name} takes no connection at ${target.host}:${target.port}: ${silence}. Check its port, and how containers are reached.`;
  return { of: "port", message };
}

/** Null: it may be adopted. */
function refuseContainer({ Image, Config }: ContainerInspectInfo, { name, status }: Container, { image }: Wanted): string | null {
  const its = Config.Labels ?? {};
  if (labels.fleet in its) return `${name} belongs to the fleet ${its[labels.fleetName] ?? its[labels.fleet]}. Leave it out.`;
  if (status !== "running") return `${name} does not run: it is ${status}. Start it, or leave it out.`;
  if (image === null || Image === image.id) return null;
  return `${name} runs another image (${Image.slice(0, shownIdLength)}…) than release ${image.releaseName}. Leave it out, or record a release of its image.`;
}

function describeNoAddress({ name, port, addresses }: Container, { network, reach }: DockerSettings): Found {
  if (reach.type === "published")
    return {
      of: "reach",
      message: `${name} does not publish its port ${port} at ${reach.bind}. Reach containers at their addresses, or leave it out.`,
    };
  const its = Object.keys(addresses);
  const where = its.length === 0 ? "none" : its.join(", ");
  return {
    of: "network",
    message: `${name} has no address in ${network === null ? "a network" : `the network ${network}`}. Its networks: ${where}.`,
  };
}

/** Null: something listens. Else why not, in words. */
function tryToConnect({ host, port }: Target, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(connectMsMax, () => end(`no answer within ${connectMsMax / 1_000} s`));
    socket.once("connect", () => end(null));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? "connection refused" : (error.code ?? "it failed")));
  });
}
