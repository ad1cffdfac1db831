import type { AuthConfig, ContainerInspectInfo } from "dockerode";
import { type ContainerArtifact, digestOf, isPinned } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import { readBounded } from "#server/io/outgoing.ts";
import type { Secrets } from "#server/io/secrets.ts";
import type { Engine } from "./client.ts";
import { codeOf, plainWords, redact, statusOf } from "./failure.ts";
import { imageReference, parseImage, registryOf } from "./image-name.ts";

type Pulled = Pick<ContainerArtifact, "image" | "credentials">;

/** A pull goes on behind the effect that began it, up to this long. */
const pullMsMax = 15 * 60_000;
/** An effect waits for it this long, and is asked again: it has a deadline of its own. */
const pullWaitMs = 40_000;
/** Progress is told in lines of JSON; a registry that tells more is broken. */
const progressBytesMax = 16 * 1_024 * 1_024;
const pullsMax = 20;
const askRegistryMs = 15_000;

export interface Images {
  /** Whether the image is there or could be pulled. Pulls nothing. Throws Failure("invalid") with why not. */
  find(engine: Engine, image: Pulled, signal: AbortSignal): Promise<"present" | "pullable">;
  /** The image is there when it resolves. Throws `unavailable` while it is still being pulled. */
  require(engine: Engine, image: Pulled, signal: AbortSignal): Promise<void>;
  /** An image by tag as it is now, by digest or by the id that this engine has it under. */
  pin(engine: Engine, image: Pulled, signal: AbortSignal): Promise<string>;
}

/** An image that an engine has. */
export interface FoundImage {
  readonly id: string;
  /** As repositories name it. */
  readonly digests: readonly string[];
  /** How its containers begin where nothing else is said. */
  readonly config: Partial<ContainerInspectInfo["Config"]>;
}

interface Pulling {
  readonly done: Promise<void>;
  progress: string;
}

export function createImages(secrets: Secrets): Images {
  /** By engine and image: instances that start together share one pull. */
  const pulling = new Map<string, Pulling>();

  async function authOf({ image, credentials }: Pulled): Promise<{ auth: AuthConfig | undefined; hidden: string[] }> {
    if (credentials === null) return { auth: undefined, hidden: [] };
    const password = (await secrets.read(credentials.password)).reveal();
    const auth = { username: credentials.user, password, serveraddress: registryOf(image) };
    const basic = Buffer.from(`${credentials.user}:${password}`).toString("base64");
    return { auth, hidden: [password, basic] };
  }

  async function askRegistry(engine: Engine, image: Pulled, signal: AbortSignal): Promise<string> {
    const { auth, hidden } = await authOf(image);
    const { repository, tag, digest } = parseImage(image.image);
    const name = digest === null ? `${repository}:${tag ?? "latest"}` : imageReference(image.image);
    try {
      const answer = await engine.ask(signal, async (docker) => docker.getImage(name).distribution(auth ? { authconfig: auth } : {}), {
        withinMs: askRegistryMs,
        secrets: hidden,
      });
      return readDigest(answer);
    } catch (error) {
      throw refusalOf(image.image, error);
    }
  }

  function pull(engine: Engine, image: Pulled): Pulling {
    const key = `${engine.name} ${image.image}`;
    const known = pulling.get(key);
    if (known) return known;
    if (pulling.size >= pullsMax) throw new Failure("unavailable", `${pullsMax} images are being pulled; this one waits for its turn.`);
    const entry: Pulling = {
      progress: "",
      done: pullNow(engine, image, (text) => {
        entry.progress = text;
      }).finally(() => pulling.delete(key)),
    };
    // Nobody may be waiting any more when it fails; whoever asks next begins anew.
    entry.done.catch(() => undefined);
    pulling.set(key, entry);
    return entry;
  }

  async function pullNow(engine: Engine, image: Pulled, onProgress: (text: string) => void): Promise<void> {
    const { auth, hidden } = await authOf(image);
    const reference = imageReference(image.image);
    const deadline = AbortSignal.timeout(pullMsMax);
    try {
      await engine.ask(
        deadline,
        async (docker, abortSignal) => {
          const { repository } = parseImage(image.image);
          const stream = await docker.createImage(auth as never, { fromImage: repository, tag: digestOf(image.image), abortSignal });
          await readProgress(stream as AsyncIterable<Buffer>, onProgress);
        },
        { withinMs: pullMsMax, secrets: hidden },
      );
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure("unavailable", "The pull broke off.");
      throw refusalOf(reference, new Failure(failure.code, redact(failure.message, hidden)));
    }
  }

  return {
    find: async (engine, image, signal) => {
      if (await isPresent(engine, image.image, signal)) return "present";
      if (parseImage(image.image).repository === null) throw missing(image.image, engine);
      await askRegistry(engine, image, signal);
      return "pullable";
    },
    require: async (engine, image, signal) => {
      if (await isPresent(engine, image.image, signal)) return;
      if (parseImage(image.image).repository === null) throw missing(image.image, engine);
      const entry = pull(engine, image);
      await Promise.race([entry.done, untilLate(signal)]).catch((error: unknown) => {
        if (error !== late) throw error;
        throw new Failure("unavailable", `${image.image} is still being pulled${entry.progress}.`);
      });
    },
    pin: async (engine, image, signal) => {
      if (isPinned(image.image)) return image.image;
      const { repository, tag } = parseImage(image.image);
      const local = await inspectImage(engine, image.image, signal);
      // What was never pulled under this name is known to this engine only.
      if (local && !local.digests.some((each) => parseImage(each).repository === repository)) return local.id;
      return `${repository}:${tag ?? "latest"}@${await askRegistry(engine, image, signal)}`;
    },
  };
}

const late = new Error("late");

function untilLate(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(late);
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    AbortSignal.timeout(pullWaitMs).addEventListener("abort", end, { once: true });
  });
}

async function isPresent(engine: Engine, image: string, signal: AbortSignal): Promise<boolean> {
  return (await inspectImage(engine, imageReference(image), signal)) !== null;
}

/** Null: this engine does not have it. */
export async function inspectImage(engine: Engine, name: string, signal: AbortSignal): Promise<FoundImage | null> {
  return engine.ask(signal, async (docker) => {
    try {
      const { Id, RepoDigests, Config } = await docker.getImage(name).inspect();
      return { id: Id, digests: RepoDigests ?? [], config: Config ?? {} };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  });
}

function readDigest(answer: unknown): string {
  const { Descriptor } = answer as { Descriptor?: { digest?: unknown } };
  const found = String(Descriptor?.digest);
  if (!/^sha256:[0-9a-f]{64}$/.test(found)) throw new Failure("unavailable", "The registry named no digest.");
  return found;
}

/** Lines of JSON: the last of them with an error is the pull's. Throws Failure. */
async function readProgress(stream: AsyncIterable<Buffer>, onProgress: (text: string) => void): Promise<void> {
  const text = await readBounded(tellProgress(stream, onProgress), progressBytesMax);
  if (text === null) throw new Failure("invalid", `its progress is longer than ${progressBytesMax} bytes`);
  const failed = text.split("\n").findLast((line) => line.includes('"error"'));
  if (failed === undefined) return;
  const { error } = JSON.parse(failed) as { error?: unknown };
  const words = plainWords(String(error));
  throw new Failure(codeOf(null, words), words);
}

async function* tellProgress(stream: AsyncIterable<Buffer>, onProgress: (text: string) => void): AsyncGenerator<Buffer> {
  for await (const part of stream) {
    const seen = /"progressDetail":\{"current":(\d+),"total":(\d+)\}/.exec(part.toString("latin1"));
    if (seen) onProgress(`: ${Math.round(Number(seen[1]) / 1e6)} of ${Math.round(Number(seen[2]) / 1e6)} MB of its current layer`);
    yield part;
  }
}

function missing(image: string, { name }: Engine): Failure {
  return refusal(
    "invalid",
    `The engine at ${name} has no image ${image}, and one named by its id cannot be pulled. Name it by a registry's digest, or load it there.`,
  );
}

function refusalOf(image: string, error: unknown): Failure {
  if (!(error instanceof Failure)) throw error;
  if (error.code === "unavailable") return error;
  // A registry says "denied" both where the credentials are wrong and where there is nothing.
  const isDenied = /unauthorized|denied|authentication|no basic auth/i.test(error.message);
  const step = isDenied ? "Check the release's credentials, and that the image is there" : "Check its name";
  const code = error.code === "limit" ? "limit" : "invalid";
  return refusal(code, `The image ${image} cannot be pulled. ${step}. ${plainWords(error.message)}`);
}

function refusal(code: Failure["code"], message: string): Failure {
  return new Failure(code, message, [{ field: "image", message }]);
}
