import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody else's server on this machine. Each path is one way of answering. */
export interface WebhookReceiver {
  readonly received: Received[];
  readonly url: (path: string) => string;
  /** What `/switched` answers with. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let switched = 200;
  const answers: Readonly<Record<string, (response: ServerResponse, path: string) => void>> = {
    "/good": (response) => response.end("ok\u001b[2J"),
    "/bad": (response) => response.writeHead(500).end("no"),
    "/unwanted": (response) => response.writeHead(400).end("invalid_blocks"),
    "/moved": (response) => response.writeHead(302, { location: "/good" }).end(),
    "/silent": () => {},
    "/slow": (response) => void response.write("begun"),
    "/closes": (response) => response.destroy(),
    "/flood": (response) => response.end("x".repeat(5_000_000)),
    "/switched": (response) => response.writeHead(switched).end(),
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const path = request.url ?? "";
    received.push({ path, headers: request.headers, body });
    const answer = answers[new URL(path, "http://x").pathname];
    if (answer) answer(response, path);
    else response.writeHead(404).end(`Cannot POST ${path}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    answerWith: (status) => {
      switched = status;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
