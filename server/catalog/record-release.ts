import { stat } from "node:fs/promises";
import { v7 as uuid } from "uuid";
import { z } from "zod";
import { Failure } from "#domain/failure.ts";
import { Name, Slug } from "#domain/names.ts";
import { Environment, ProcessArtifact, type Release } from "#domain/release.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";
import { digestDirectory } from "#server/io/digest.ts";
import { findProgram } from "./find-program.ts";
import { insertRelease, versionsOf } from "./insert-release.ts";

export const RecordRelease = z.object({
  service: Slug,
  name: Name,
  command: ProcessArtifact.shape.command,
  directory: ProcessArtifact.shape.directory,
  env: Environment.default({}),
});
export type RecordRelease = z.infer<typeof RecordRelease>;

/**
 * Records an immutable release. Its command is code that will run, so defining it has a permission of its own. The
 * directory is digested now, so that what a release means cannot change later; of its secrets the versions are kept, by
 * which one can tell later that a value is another one.
 */
export async function recordRelease(ctx: Context, input: RecordRelease): Promise<Release> {
  const { service, name, command, directory, env } = input;
  const detail = { service, name, command, directory, envKeys: Object.keys(env) };
  return runVerb(ctx, { permission: "release.record", alsoNeeds: ["command.define"], target: `release:${service}/${name}`, detail }, async (tx) => {
    await requireDirectory(directory);
    await requireProgram(command[0] ?? "", directory);
    const recorded: Release = {
      releaseId: uuid(),
      service,
      name,
      artifact: { type: "process", command, directory },
      digest: await digestDirectory(directory),
      env,
      ...(await versionsOf(ctx.services, env)),
      recordedAt: Date.now(),
    };
    await insertRelease(tx, ctx, recorded);
    return recorded;
  });
}

async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return;
  const message = found ? `${directory} is a file; name the directory that holds it.` : `There is no directory ${directory} on this machine.`;
  throw new Failure("invalid", message, [{ field: "directory", message }]);
}

async function requireProgram(program: string, directory: string): Promise<void> {
  if (await findProgram(program, directory)) return;
  const message = `The program "${program}" was found neither in ${directory} nor on the PATH. Check its name, or give its absolute path.`;
  throw new Failure("invalid", message, [{ field: "command.0", message }]);
}
