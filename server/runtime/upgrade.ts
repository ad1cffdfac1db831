import { request as createRequest, type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ForwardOptions } from "./forward.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";

/**
 * Carries a connection that changes its protocol (WebSocket). Counted as one request when the instance answers the
 * handshake; it stays in flight, and so holds up a drain, until either side ends it.
 */
export function forwardUpgrade(request: IncomingMessage, client: Duplex, head: Buffer, options: ForwardOptions): void {
  client.on("error", () => client.destroy());
  const backend = options.choose(null);
  if (!backend) {
    refuse(client, 503, `No instance of fleet ${options.fleetName} takes requests now.`);
    return;
  }

  let instance: Duplex | null = null;
  const handshake = backend.begin(() => close("cut"));
  const asking = createRequest({
    host: backend.host,
    port: backend.port,
    method: request.method,
    path: request.url,
    agent: false,
    headers: [...requestHeaders(request), "Connection", "Upgrade", "Upgrade", request.headers.upgrade ?? "websocket"],
  });
  const deadline = setTimeout(() => fail(504, "The instance gave no answer in time."), options.requestTimeoutMs);
  client.on("close", () => close("client-gone"));

  asking.on("error", () => fail(502, "The connection to the instance broke before it had answered."));
  asking.on("response", (response) => {
    clearTimeout(deadline);
    const status = response.statusCode ?? 502;
    client.write(headOf(status, response.statusMessage, [...responseHeaders(response.rawHeaders), "Connection", "close"]));
    response.on("error", () => close("failed"));
    response.on("end", () => handshake.end(status >= 500 ? "failed" : "answered"));
    response.pipe(client);
  });
  asking.on("upgrade", (response, socket, instanceHead) => {
    clearTimeout(deadline);
    instance = socket;
    handshake.end("answered");
    const connection = backend.begin(() => end("cut"));
    const end = (outcome: "client-gone" | "cut") => {
      connection.end(outcome);
      client.destroy();
      socket.destroy();
    };
    const protocol = ["Connection", "Upgrade", "Upgrade", response.headers.upgrade ?? "websocket"];
    client.write(headOf(101, response.statusMessage, [...responseHeaders(response.rawHeaders), ...protocol]));
    if (instanceHead.length > 0) client.write(instanceHead);
    if (head.length > 0) socket.write(head);
    socket.on("error", () => end("client-gone"));
    socket.on("close", () => end("client-gone"));
    client.on("close", () => end("client-gone"));
    socket.pipe(client).pipe(socket);
  });
  asking.end();

  function fail(status: number, message: string): void {
    if (instance) return;
    clearTimeout(deadline);
    handshake.end("failed");
    asking.destroy();
    refuse(client, status, message);
  }

  function close(outcome: "client-gone" | "cut" | "failed"): void {
    if (instance) return;
    clearTimeout(deadline);
    handshake.end(outcome);
    asking.destroy();
    client.destroy();
  }
}

function refuse(client: Duplex, status: number, message: string): void {
  if (client.destroyed) return;
  const body = `${message}\n`;
  client.end(
    headOf(status, undefined, [
      "Content-Type",
      "text/plain; charset=utf-8",
      "Content-Length",
      String(Buffer.byteLength(body)),
      "Connection",
      "close",
    ]) + body,
  );
}

function headOf(status: number, message: string | undefined, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${message ?? STATUS_CODES[status] ?? ""}\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return `${text}\r\n`;
}
