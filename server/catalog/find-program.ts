import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

/**
 * Where a command's program is: an absolute path as it stands, one with a slash below `directory`, a bare name on the
 * PATH, beside our own Node, or in `directory`. Null when no executable file is there.
 */
export async function findProgram(program: string, directory: string, path: string = process.env.PATH ?? ""): Promise<string | null> {
  for (const candidate of candidates(program, directory, path)) if (await isExecutable(candidate)) return candidate;
  return null;
}

function candidates(program: string, directory: string, path: string): string[] {
  if (isAbsolute(program)) return [program];
  if (program.includes("/")) return [resolve(directory, program)];
  const folders = [...path.split(delimiter).filter((folder) => isAbsolute(folder)), dirname(process.execPath), directory];
  return folders.map((folder) => join(folder, program));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
