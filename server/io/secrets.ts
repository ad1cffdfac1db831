import { open, realpath } from "node:fs/promises";
import { sep } from "node:path";
import { Failure } from "#domain/failure.ts";

/** Reads secrets where settings say that they are, at the moment they are needed. What is read is not kept. */
export interface Secrets {
  /** Throws Failure("invalid") with the reference and the next step, never with the secret. */
  read(reference: string): Promise<string>;
  /** A certificate or a key in PEM, whose lines are kept. Throws as `read` does. */
  readPem(reference: string): Promise<string>;
}

interface SecretsInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. Only files below these are read. */
  readonly directories: readonly string[];
}

const bytesMax = 16_384;

export function createSecrets({ env, directories }: SecretsInput): Secrets {
  async function readReferred(reference: string): Promise<string> {
    if (reference.startsWith("file:")) return readSecretFile(reference.slice("file:".length), directories);
    const name = reference.slice("env:".length);
    const value = env[name];
    if (value === undefined)
      throw new Failure("invalid", `The server has no variable ${name}. Set it in the server's environment and start it again.`);
    return value;
  }
  return {
    read: async (reference) => {
      const secret = (await readReferred(reference)).trim();
      if (secret === "") throw new Failure("invalid", `${reference} is empty. Put the secret there.`);
      if (/[^\x20-\x7e]/.test(secret))
        throw new Failure("invalid", `${reference} holds more than one line, or other characters than a header may have.`);
      return secret;
    },
    readPem: async (reference) => {
      const pem = (await readReferred(reference)).trim();
      if (!/^-----BEGIN [A-Z ]+-----\n/.test(pem.replaceAll("\r", "")))
        throw new Failure("invalid", `${reference} holds no certificate or key in PEM.`);
      return `${pem}\n`;
    },
  };
}

async function readSecretFile(path: string, directories: readonly string[]): Promise<string> {
  // A secret that is mounted is a link within its directory; one that leads out of it is another file.
  const real = await realpath(path).catch(() => null);
  if (real === null) throw new Failure("invalid", `The server finds no file ${path}. Check the path, and who may read it.`);
  const allowed = await Promise.all(directories.map((directory) => realpath(directory).catch(() => directory)));
  if (!allowed.some((directory) => real.startsWith(directory + sep)))
    throw new Failure(
      "invalid",
      `${path} is not below a directory of TIDELINE_SECRET_DIRECTORIES (${directories.join(", ")}). Move it, or list its directory there.`,
    );
  const file = await open(real, "r").catch(() => null);
  if (file === null) throw new Failure("invalid", `The server may not read ${path}. Check who may.`);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(bytesMax + 1), 0, bytesMax + 1, 0);
    if (bytesRead > bytesMax) throw new Failure("invalid", `${path} has more than ${bytesMax} bytes, which is no secret of this kind.`);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure("invalid", `${path} cannot be read. It must be a file.`);
  } finally {
    await file.close();
  }
}
