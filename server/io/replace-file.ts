import { open, rename } from "node:fs/promises";

/** Written beside and put in its place, so that a reader, and whoever comes after a crash, finds the old file or the new one. Throws what the system says. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.draft`;
  const file = await open(draft, "w", mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
