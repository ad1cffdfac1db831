export const requestMsMax = 15_000;

/** Sends JSON; null when nobody answers in time. */
export async function post(path: string, body: unknown): Promise<Response | null> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return fetch(path, { ...init, signal: AbortSignal.timeout(requestMsMax) }).catch(() => null);
}
