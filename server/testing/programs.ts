import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program that this variable names, or the one of this name on the PATH or where the system keeps its servers; null when there is none. */
export async function findTestProgram(name: string, variable: string): Promise<string | null> {
  const chosen = process.env[variable];
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  for (const place of chosen ? [chosen] : folders.map((folder) => join(folder, name))) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return null;
}

/** An example of docs/balancers.md, as somebody would copy it, with other places. Each must be in it. */
export async function readExample(kind: string, places: Readonly<Record<string, string>>): Promise<string> {
  const page = await readFile(fileURLToPath(new URL("../../docs/balancers.md", import.meta.url)), "utf8");
  const [, example = ""] = new RegExp(`^\`\`\`${kind}\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  let text = example;
  for (const [from, to] of Object.entries(places)) {
    if (!text.includes(from)) throw new Error(`The example ${kind} of docs/balancers.md has no "${from}".`);
    text = text.replaceAll(from, to);
  }
  return text;
}
