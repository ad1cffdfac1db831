/** Runs `work` with `folder` as the working directory: some tools know no other way to be told. */
export async function withFolder(folder, work) {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(before);
  }
}
