interface Engine {
  readonly url: string;
}

/** Runs on a Docker engine of this machine, which is started where there is none, and ends what was started. */
export async function withEngine(bench: (engine: Engine) => Promise<boolean>): Promise<boolean> {
  const { ensureDocker } = (await import("../../scripts/ensure-docker.mjs" as string)) as {
    ensureDocker(): Promise<{ readonly env: Readonly<Record<string, string>>; stop(): Promise<void> } | null>;
  };
  const engine = await ensureDocker();
  if (!engine) throw new Error("This needs a Docker engine. Install docker.io and docker-registry, and run it as root.");
  try {
    return await bench({ url: engine.env["DOCKER_HOST"] ?? "" });
  } finally {
    await engine.stop();
  }
}
