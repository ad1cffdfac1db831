import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { activityFormatOf, answerActivityFile } from "./audit/download.ts";
import { clientAddressHeader } from "./auth/auth.ts";
import { createAuthHandler, isAuthPath } from "./auth/handler.ts";
import { sessionOf } from "./auth/session.ts";
import { hasAccount } from "./auth/setup-token.ts";
import { answerSso, isSsoPath } from "./auth/sso/handler.ts";
import { createAddressReader } from "./client-address.ts";
import type { Config } from "./config.ts";
import { answerReplayFile, replayFileOf } from "./evidence/download.ts";
import { checkReadiness, startingReadiness } from "./health.ts";
import type { Logger } from "./log.ts";
import type { Pages } from "./next.ts";
import { decidePage, isAsset, type Visitor } from "./page-access.ts";
import { attachRealtime } from "./realtime/relay.ts";
import { findDoors, type Refusal, refuseHandshake, refuseRequest } from "./request-guard.ts";
import { dropUntrustedHeaders, setSecurityHeaders } from "./security-headers.ts";
import type { Services } from "./services.ts";
import { setSignInHeader } from "./sign-in-header.ts";
import { decideMetricsAccess, type MetricsAccess } from "./telemetry/access.ts";
import type { Instruments } from "./telemetry/instruments.ts";
import { createScrape, type Scrape } from "./telemetry/scrape.ts";
import { surfaceOf, timeRequest } from "./telemetry/surface.ts";
import { createTrpcHandler } from "./trpc/handler.ts";

const connectionsMax = 2_000;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const closeTimeoutMs = 4_000;

/** The one port. Listens first and says that it is starting; `open` gives it the rest. */
export interface HttpServer {
  /** Rejects when the address cannot be had, in words. */
  listen(): Promise<void>;
  open(services: Services, pages: Pages): void;
  close(): Promise<void>;
}

/** What answers once everything is there. */
interface Application {
  answer(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  readiness(): ReturnType<typeof checkReadiness>;
  readonly scrape: Scrape;
  close(): Promise<void>;
}

export function createHttpServer(config: Config, log: Logger, instruments: Instruments): HttpServer {
  const doors = findDoors(config);
  const addressOf = createAddressReader(config.trustedProxies);
  let application: Application | null = null;

  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs }, (req, res) => {
    const requestId = randomUUID();
    timeRequest(instruments, req, res);
    // Whether a proxy has passed it on is told by a header that is not believed, and dropped, for anything else.
    const metricsAccess = surfaceOf(req.url) === "metrics" ? decideMetricsAccess(config, req.headers) : null;
    req.headers[clientAddressHeader] = addressOf(req);
    req.headers["x-request-id"] = requestId;
    dropUntrustedHeaders(req);
    setSecurityHeaders(req, res, config);
    res.setHeader("x-request-id", requestId);
    answer(req, res, metricsAccess).catch((error: unknown) => {
      log.error({ err: error, requestId, path: req.url?.split("?")[0] }, "A request failed.");
      if (res.headersSent) res.destroy();
      else say(res, 500, `Something went wrong on the server. Look for request ${requestId} in its log.`);
    });
  });
  server.maxConnections = connectionsMax;

  async function answer(req: IncomingMessage, res: ServerResponse, metricsAccess: MetricsAccess | null): Promise<void> {
    // A platform asks by the address it gave us, so health has no Host to check; it tells nothing.
    if (req.url === "/healthz") return say(res, 200, "alive");
    if (req.url === "/readyz") return sayReadiness(res, (await application?.readiness()) ?? startingReadiness);
    // Before the Host is looked at: with a token it does not matter by which name a scraper calls.
    if (metricsAccess && config.metricsToken !== null) return answerMetrics(req, res, metricsAccess);
    const refusal = refuseRequest(req, doors);
    if (refusal) return refuse(res, refusal);
    if (metricsAccess) return answerMetrics(req, res, metricsAccess);
    if (!application) return sayStarting(res);
    await application.answer(req, res, new URL(req.url ?? "/", "http://localhost"));
  }

  async function answerMetrics(req: IncomingMessage, res: ServerResponse, access: MetricsAccess): Promise<void> {
    if (req.method !== "GET") return refuse(res, { status: 405, message: "Metrics are read with GET." });
    if (!access.allowed) {
      if (access.status === 401) res.setHeader("www-authenticate", 'Bearer realm="metrics"');
      return say(res, access.status, access.message);
    }
    if (!application) return sayStarting(res);
    const text = await application.scrape.read();
    res.writeHead(200, { "content-type": application.scrape.contentType, "cache-control": "no-store" }).end(text);
  }

  server.on("upgrade", (req, socket, head) => {
    socket.on("error", () => socket.destroy());
    const refusal = refuseHandshake(req, doors);
    if (refusal) return refuseUpgrade(socket, refusal);
    if (!application) return refuseUpgrade(socket, { status: 404, message: "Tideline is starting." });
    req.headers[clientAddressHeader] = addressOf(req);
    req.headers["x-request-id"] = randomUUID();
    dropUntrustedHeaders(req);
    application.upgrade(req, socket, head);
  });

  return {
    listen: () => listen(server, config),
    open: (services, pages) => {
      application = createApplication(services, pages, instruments);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await application?.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function createApplication(services: Services, pages: Pages, instruments: Instruments): Application {
  const { auth, brake, config, db, devices, log } = services;
  const answerTrpc = createTrpcHandler(services);
  const answerAuth = createAuthHandler({ db, auth, brake, devices, passwords: config.passwords });
  // Sockets attach to a server that never listens: what reaches them has passed our checks.
  const sockets = createServer();
  const realtime = attachRealtime(sockets, services);
  let accountExists = false;

  /** Throws while the database is away. */
  async function visitorOf(req: IncomingMessage): Promise<Visitor> {
    accountExists ||= await hasAccount(db);
    return { hasAccount: accountExists, signedIn: accountExists && (await sessionOf(auth, req)) !== null };
  }

  async function answerPage(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    if (isAsset(url.pathname, config.development)) return pages.answer(req, res);
    const visitor = await visitorOf(req).catch((error: unknown) => {
      log.warn({ err: error }, "Who asks for a page could not be read.");
      return null;
    });
    // A page holds no data: without the database it says itself that nothing can be read.
    setSignInHeader(req, config);
    const access = visitor ? decidePage(url.pathname, url.search, visitor) : ({ type: "show" } as const);
    if (access.type === "missing") return say(res, 404, "There is nothing here.");
    if (access.type === "redirect") return void res.writeHead(302, { location: access.to, "cache-control": "no-store" }).end();
    return pages.answer(req, res);
  }

  return {
    answer: async (req, res, url) => {
      if (!url.pathname.startsWith("/api/")) return answerPage(req, res, url);
      res.setHeader("cache-control", "no-store");
      if (url.pathname.startsWith("/api/trpc/")) return answerTrpc(req, res);
      if (replayFileOf(req.method, url.pathname)) return answerReplayFile(services, req, res, url);
      if (activityFormatOf(req.method, url.pathname)) return answerActivityFile(services, req, res, url);
      if (isSsoPath(req.method, url.pathname)) return answerSso(services, req, res, url);
      if (!isAuthPath(req.method, url.pathname)) return say(res, 404, "There is nothing here.");
      await answerAuth(req, res);
      // Someone may have signed out: their sockets are cut now and not at the next look.
      await realtime.recheck();
    },
    upgrade: (req, socket, head) => {
      if (req.url?.startsWith("/socket.io/")) sockets.emit("upgrade", req, socket, head);
      else if (config.development) pages.upgrade(req, socket, head);
      else refuseUpgrade(socket, { status: 404, message: "There is no socket here." });
    },
    readiness: () => checkReadiness(services),
    scrape: createScrape({ instruments, services, sockets: () => realtime.sockets() }),
    close: async () => {
      await realtime.close();
    },
  };
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(whyNotListening(error, config))));
    server.listen(config.port, config.host, resolve);
  });
}

function whyNotListening(error: NodeJS.ErrnoException, { host, port }: Config): string {
  if (error.code === "EADDRINUSE") return `Port ${port} on ${host} is in use by another program. Stop it, or choose another port: PORT=${port + 1}.`;
  if (error.code === "EACCES") return `Port ${port} may not be opened by this user. Choose one above 1023, for example PORT=3000.`;
  if (error.code === "EADDRNOTAVAIL") return `${host} is not an address of this machine. Set HOST to one that is, for example 127.0.0.1.`;
  return `Tideline cannot listen on ${host}:${port}: ${error.message}.`;
}

function say(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(`${message}\n`);
}

function refuse(res: ServerResponse, { status, message }: Refusal): void {
  // The body was not read, so the connection cannot carry another request.
  res.setHeader("connection", "close");
  say(res, status, message);
}

function sayStarting(res: ServerResponse): void {
  res.setHeader("retry-after", "1");
  say(res, 503, "Tideline is starting. Try again in a moment.");
}

function sayReadiness(res: ServerResponse, { ready, parts }: typeof startingReadiness): void {
  res.writeHead(ready ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
  res.end(`${JSON.stringify({ status: ready ? "ready" : "not ready", ...parts })}\n`);
}

function refuseUpgrade(socket: Duplex, { status, message }: Refusal): void {
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
