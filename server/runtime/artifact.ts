import { access, constants, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { Failure } from "#domain/failure.ts";
import { type Release, requireArtifact } from "#domain/release.ts";
import { type ChildUser, homeOf, programPath } from "#server/io/child-user.ts";
import { digestDirectory } from "#server/io/digest.ts";
import { resolveEnvironment } from "#server/io/release-environment.ts";
import type { Sensitive } from "#server/io/sensitive.ts";
import type { HeldSecrets } from "./held-secrets.ts";
import { allowsOthers, isPathOpen, isTreeReadable } from "./reach.ts";
import type { Stage } from "./stage.ts";

/** What to start for a release, checked: its directory is what was recorded, its program exists, its user may read both. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** The release's own, with the secrets as they are now. */
  readonly env: Sensitive<Readonly<Record<string, string>>>;
}

/** An instance's environment, made from nothing: none of ours, which may hold secrets, goes into it. */
export function createEnvironment({ env }: Launch, port: number, user: ChildUser | null): Record<string, string> {
  return { ...env.reveal(), PATH: programPath(), HOME: homeOf(user), PORT: String(port), HOST: "127.0.0.1" };
}

/** What a release is started with on this machine. */
export interface LaunchPlace {
  readonly user: ChildUser | null;
  readonly stage: Stage;
  readonly secrets: HeldSecrets;
}

/** Throws Failure("invalid") with words for the release's author. */
export async function prepareLaunch(release: Release, { user, stage, secrets }: LaunchPlace): Promise<Launch> {
  const { command, directory } = requireArtifact(release, "process");
  const digest = await digestShared(directory);
  if (digest !== release.digest) {
    throw refusal(
      "directory",
      `${directory} has changed since release ${release.name} was recorded. Restore it, or record what it holds now as a new release.`,
    );
  }
  const env = await resolveEnvironment(release.env, secrets);
  const program = await findProgram(command[0] ?? "", directory);
  const args = command.slice(1);
  if (!user) return { program, args, directory, env };
  const reachable = await isTreeReadable(directory);
  const launchProgram = await reachProgram(program, directory, user, stage);
  if (reachable && launchProgram === program) return { program, args, directory, env };
  if (reachable) return { program: launchProgram, args, directory, env };
  const copy = await stage.copyDirectory(directory, digest);
  const moved = (path: string) => (path.startsWith(`${directory}/`) ? join(copy, path.slice(directory.length + 1)) : path);
  return { program: moved(launchProgram), args: args.map(moved), directory: copy, env };
}

/** Twelve instances of one release that start together share one reading of its directory. */
const digesting = new Map<string, Promise<string>>();

function digestShared(directory: string): Promise<string> {
  const known = digesting.get(directory);
  if (known) return known;
  const fresh = digestDirectory(directory).finally(() => digesting.delete(directory));
  digesting.set(directory, fresh);
  return fresh;
}

async function findProgram(name: string, directory: string): Promise<string> {
  const candidates = name.includes("/")
    ? [isAbsolute(name) ? name : resolve(directory, name)]
    : [...programPath().split(delimiter).filter(isAbsolute), directory].map((folder) => join(folder, name));
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate;
  const where = name.includes("/") ? `There is no program ${candidates[0]}` : `The program "${name}" was not found on the PATH`;
  throw refusal("command.0", `${where} (ENOENT). Install it, or record a release with its absolute path.`);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Our own Node may lie in root's home, where no other user gets; any other program must be reachable by itself. */
async function reachProgram(program: string, directory: string, user: ChildUser, stage: Stage): Promise<string> {
  const inside = program.startsWith(`${directory}/`);
  if (inside || ((await isPathOpen(dirname(program))) && allowsOthers((await stat(program)).mode, 0o1))) return program;
  if ((await stat(program)).ino === (await stat(process.execPath)).ino) return stage.copyProgram(process.execPath);
  throw refusal(
    "command.0",
    `${program} cannot be run by user ${user.uid}, under whom instances run because Tideline runs as root. Install it where every user may run it.`,
  );
}

function refusal(field: string, message: string): Failure {
  return new Failure("invalid", message, [{ field, message }]);
}
