import { open, realpath } from "node:fs/promises";
import { sep } from "node:path";
import { Failure } from "#domain/failure.ts";
import { Sensitive } from "./sensitive.ts";

/** Reads secrets where settings say that they are, at the moment they are needed. What is read is not kept. */
export interface Secrets {
  /** One line that a header may hold. Throws Failure("invalid") with the reference and the next step, never with the secret. */
  read(reference: string): Promise<Sensitive<string>>;
  /** Any text that an environment may hold; a line's end after the last one does not count. The same failures. */
  readText(reference: string): Promise<Sensitive<string>>;
  /** A certificate or a key in PEM, whose lines are kept. The same failures. */
  readPem(reference: string): Promise<Sensitive<string>>;
}

export interface SecretsInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. Only files below these are read. */
  readonly directories: readonly string[];
}

const bytesMax = 16_384;

export function createSecrets({ env, directories }: SecretsInput): Secrets {
  async function readReferred(reference: string): Promise<string> {
    const secret = reference.startsWith("file:") ? await readSecretFile(reference.slice("file:".length), directories) : readVariable(reference);
    if (secret.trim() === "") throw new Failure("invalid", `${reference} is empty. Put the secret there.`);
    return secret;
  }

  function readVariable(reference: string): string {
    const name = reference.slice("env:".length);
    const value = env[name];
    if (value === undefined)
      throw new Failure("invalid", `The server has no variable ${name}. Set it in the server's environment and start it again.`);
    return value;
  }

  return {
    read: async (reference) => {
      const secret = (await readReferred(reference)).trim();
      if (/[^\x20-\x7e]/.test(secret))
        throw new Failure("invalid", `${reference} holds more than one line, or other characters than a header may have.`);
      return new Sensitive(secret);
    },
    readText: async (reference) => {
      const secret = (await readReferred(reference)).replace(/\r?\n$/, "");
      if (secret.includes("\0")) throw new Failure("invalid", `${reference} holds a null byte, which no program's environment can.`);
      return new Sensitive(secret);
    },
    readPem: async (reference) => {
      const pem = (await readReferred(reference)).trim();
      if (!/^-----BEGIN [A-Z ]+-----\n/.test(pem.replaceAll("\r", "")))
        throw new Failure("invalid", `${reference} holds no certificate or key in PEM.`);
      return new Sensitive(`${pem}\n`);
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
