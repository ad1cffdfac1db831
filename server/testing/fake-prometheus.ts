import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What was asked of it. */
export interface Asked {
  readonly path: string;
  readonly query: string;
  /** Seconds since 1970, as text. */
  readonly time: string;
  readonly authorization: string | undefined;
}

export type Answering = (asked: Asked, res: ServerResponse) => void;

/** A server that answers queries as a test wants it to, however badly. */
export interface FakePrometheus {
  readonly url: string;
  readonly asked: readonly Asked[];
  answer(with_: Answering): void;
  close(): Promise<void>;
}

export async function startFakePrometheus(): Promise<FakePrometheus> {
  const asked: Asked[] = [];
  let answering: Answering = (_, res) => say(res, vector([]));
  const server = createServer((req, res) => void answer(req, res));
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of req) body += String(part);
    const form = new URLSearchParams(body);
    const what = { path: req.url ?? "", query: form.get("query") ?? "", time: form.get("time") ?? "", authorization: req.headers.authorization };
    asked.push(what);
    answering(what, res);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (with_) => {
      asked.length = 0;
      answering = with_;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function say(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function vector(result: readonly unknown[]) {
  return { status: "success", data: { resultType: "vector", result } };
}

/** Seconds since 1970 and values, as Prometheus writes them. */
export function matrix(
  ...series: readonly { readonly metric: Readonly<Record<string, string>>; readonly values: readonly (readonly [number, string])[] }[]
) {
  return { status: "success", data: { resultType: "matrix", result: series } };
}
