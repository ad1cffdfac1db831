const pauseMsMin = 250;
const pauseMsMax = 5_000;
/** By then it is gone, as after an update of the server: the page has to be loaded anew. */
const deadlineMs = 120_000;

/** An import that is tried again while the server is away: what is loaded later must not break a page that is open. */
export function untilLoaded<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return async () => {
    const endsAt = performance.now() + deadlineMs;
    for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMsMax, pauseMs * 2)) {
      try {
        return await load();
      } catch (error) {
        if (!isNotFetched(error) || performance.now() > endsAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  };
}

/** Next's name for it. What fails in another way fails again. */
function isNotFetched(error: unknown): boolean {
  return error instanceof Error && error.name === "ChunkLoadError";
}
