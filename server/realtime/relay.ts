import type { Server as HttpServer } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { Server, type Socket } from "socket.io";
import { z } from "zod";
import { environmentOfFleet, environmentOfRollout } from "#db/queries/environments.ts";
import { hasFleet } from "#db/queries/fleets.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { Failure } from "#domain/failure.ts";
import type { ClientMessages, FleetLive, ServerMessages } from "#domain/live.ts";
import { Id } from "#domain/names.ts";
import { packRollout } from "#domain/revive.ts";
import { can } from "#domain/role.ts";
import { authorize } from "#server/auth/authorize.ts";
import { accessNow, type CallerContext, createContext } from "#server/auth/context.ts";
import type { Services } from "#server/services.ts";
import { createFleetStream, type FleetStream } from "./fleet-stream.ts";
import { createRolloutHub, type RolloutHub, type RolloutListener } from "./rollout-hub.ts";
import { createThrottle } from "./throttle.ts";

export interface Realtime {
  /** Looks at once whose session has ended, and cuts their sockets. */
  recheck(): Promise<void>;
  /** How many are open. */
  sockets(): number;
  close(): Promise<void>;
}

const socketsMax = 500;
const roomsPerSocketMax = 8;
const messageBytesMax = 16 * 1024;
const messagesPerSecondMax = 40;
const recheckEveryMs = 3_000;
/** A list is fetched again at most this often for one fleet, and the more seldom the more there are who would fetch it. */
const listEveryMsMin = 1_000;
const listReadsPerSecondMax = 100;
/** Packets that wait for a slow browser. Beyond it is cut: it comes back and says where it stands. */
const backlogMax = 2_000;

interface SocketData {
  ctx: CallerContext;
  readonly rollouts: Map<string, RolloutListener>;
  readonly fleets: Set<string>;
}

type ConsoleServer = Server<ClientMessages, ServerMessages, Record<string, never>, SocketData>;
type ConsoleSocket = Socket<ClientMessages, ServerMessages, Record<string, never>, SocketData>;

const WatchRollout = z.object({ rolloutId: Id, afterSeq: z.number().int().min(0) });
const OneRollout = z.object({ rolloutId: Id });
const OneFleet = z.object({ fleetId: Id });

/** Tells browsers what is committed and what is seen. Host and Origin were checked before; the session is checked here. */
export function attachRealtime(httpServer: HttpServer, services: Services): Realtime {
  const { db, engine, feed, rollouts, log } = services;
  const io: ConsoleServer = new Server(httpServer, {
    path: "/socket.io",
    transports: ["websocket"],
    serveClient: false,
    maxHttpBufferSize: messageBytesMax,
    perMessageDeflate: false,
    destroyUpgrade: false,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 5_000,
    allowRequest: (_req, decide) => decide(null, io.engine.clientsCount < socketsMax),
  });
  const hubs = new Map<string, RolloutHub>();
  /** Of the fleets that somebody watches. */
  const streams = new Map<string, FleetStream>();
  const listEveryMs = () => Math.max(listEveryMsMin, (io.engine.clientsCount * 1_000) / listReadsPerSecondMax);
  const listChanges = createThrottle(listEveryMs, (fleetId) => void tellLists(fleetId).catch(onTrouble));
  const onTrouble = (err: unknown) => log.warn({ err }, "What is watched could not be read; it is read again at its next change.");

  io.use((socket, next) => {
    createContext(services, socket.request)
      .then((ctx) => {
        if (!ctx) return next(new Error("Sign in first."));
        socket.data = { ctx, rollouts: new Map(), fleets: new Set() };
        next();
      })
      .catch((error: unknown) => next(new Error(error instanceof Failure ? error.message : "The server cannot check your session right now.")));
  });

  io.on("connection", (socket) => {
    limitMessages(socket);
    limitBacklog(socket);
    socket.on("watch.rollout", (input, answer) => void reply(answer, () => watchRollout(socket, input)));
    socket.on("watch.fleet", (input, answer) => void reply(answer, () => watchFleet(socket, input)));
    socket.on("watch.fleets", (answer) => void reply(answer, () => watchFleets(socket)));
    socket.on("unwatch.rollout", (input) => unwatchRollout(socket, OneRollout.safeParse(input).data?.rolloutId));
    socket.on("unwatch.fleet", (input) => unwatchFleet(socket, OneFleet.safeParse(input).data?.fleetId));
    socket.on("disconnect", () => {
      for (const rolloutId of [...socket.data.rollouts.keys()]) unwatchRollout(socket, rolloutId);
    });
  });

  async function watchRollout(socket: ConsoleSocket, input: unknown): Promise<string | null> {
    const asked = WatchRollout.safeParse(input);
    if (!asked.success) return "Name a rollout and the last event you have.";
    const { rolloutId, afterSeq } = asked.data;
    authorize(socket.data.ctx, "fleet.read", await environmentOfRollout(db, rolloutId));
    unwatchRollout(socket, rolloutId);
    if (roomsOf(socket) >= roomsPerSocketMax) return tooMany;
    const listener: RolloutListener = {
      socketId: socket.id,
      snapshot: (rollout) => void socket.emit("rollout.snapshot", { rolloutId, rollout: packRollout(rollout) }),
    };
    socket.data.rollouts.set(rolloutId, listener);
    const tell = (socketIds: readonly string[], events: readonly RolloutEvent[]) =>
      void io.to([...socketIds]).emit("rollout.events", { rolloutId, events });
    const hub = hubs.get(rolloutId) ?? createRolloutHub(db, { rolloutId, findRollout: rollouts.find, tell, onTrouble });
    hubs.set(rolloutId, hub);
    try {
      const refusal = await hub.watch(listener, afterSeq);
      if (refusal !== null || socket.disconnected) forget(socket, rolloutId, listener);
      return refusal;
    } catch (error) {
      forget(socket, rolloutId, listener);
      throw error;
    }
  }

  function unwatchRollout(socket: ConsoleSocket, rolloutId: string | undefined): void {
    const listener = rolloutId === undefined ? undefined : socket.data.rollouts.get(rolloutId);
    if (rolloutId !== undefined && listener) forget(socket, rolloutId, listener);
  }

  function forget(socket: ConsoleSocket, rolloutId: string, listener: RolloutListener): void {
    if (socket.data.rollouts.get(rolloutId) === listener) socket.data.rollouts.delete(rolloutId);
    const hub = hubs.get(rolloutId);
    hub?.unwatch(listener);
    if (!hub?.isEmpty()) return;
    hub.close();
    hubs.delete(rolloutId);
  }

  async function watchFleet(socket: ConsoleSocket, input: unknown): Promise<string | null> {
    const asked = OneFleet.safeParse(input);
    if (!asked.success) return "Name a fleet.";
    const { fleetId } = asked.data;
    if (!socket.data.fleets.has(fleetId) && roomsOf(socket) >= roomsPerSocketMax) return tooMany;
    authorize(socket.data.ctx, "fleet.read", await environmentOfFleet(db, fleetId));
    if (!(await hasFleet(db, fleetId))) return "There is no fleet with this identifier.";
    socket.data.fleets.add(fleetId);
    await socket.join(roomOf(fleetId));
    const news = streamOf(fleetId).whole();
    if (news) socket.emit("fleet.live", news);
    return null;
  }

  function streamOf(fleetId: string): FleetStream {
    const known = streams.get(fleetId);
    if (known) return known;
    const stream = createFleetStream();
    streams.set(fleetId, stream);
    const live = engine.live(fleetId);
    if (live) stream.next(live);
    return stream;
  }

  /** A browser that cannot take it now is not waited for: it finds the hole and asks for the whole. */
  function tellFleet(live: FleetLive): void {
    const room = roomOf(live.fleetId);
    if (io.of("/").adapter.rooms.has(room)) io.to(room).volatile.emit("fleet.live", streamOf(live.fleetId).next(live));
    else streams.delete(live.fleetId);
  }

  async function watchFleets(socket: ConsoleSocket): Promise<null> {
    await socket.join("fleets");
    return null;
  }

  function unwatchFleet(socket: ConsoleSocket, fleetId: string | undefined): void {
    if (fleetId === undefined || !socket.data.fleets.delete(fleetId)) return;
    void socket.leave(roomOf(fleetId));
  }

  async function reply(answer: unknown, act: () => Promise<string | null>): Promise<void> {
    let refusal: string | null;
    try {
      refusal = await act();
    } catch (err) {
      if (!(err instanceof Failure)) log.warn({ err }, "A socket's question could not be answered.");
      refusal = err instanceof Failure ? err.message : "The server cannot answer right now. Try again.";
    }
    if (typeof answer === "function") answer(refusal);
  }

  async function recheck(): Promise<void> {
    const sockets = [...io.of("/").sockets.values()];
    const callers = new Map(sockets.map(({ data: { ctx } }) => [proofOf(ctx), ctx]));
    for (const [proof, ctx] of callers) {
      // A database that cannot be asked ends nobody's session.
      const access = await accessNow(db, ctx).catch(() => ctx.access);
      for (const socket of sockets) {
        // Of one whose roles were changed the browser comes back, and then sees what it may see now.
        if (proofOf(socket.data.ctx) === proof && !isDeepStrictEqual(access, socket.data.ctx.access)) socket.disconnect(true);
      }
    }
  }

  /** Says that a row of a list changed to whoever sees that row. */
  async function tellLists(fleetId: string): Promise<void> {
    const watching = [...(io.of("/").adapter.rooms.get("fleets") ?? [])];
    if (watching.length === 0) return;
    const environment = await environmentOfFleet(db, fleetId);
    for (const id of watching) {
      const socket = io.of("/").sockets.get(id);
      if (socket && can(socket.data.ctx.access, "fleet.read", environment)) socket.emit("fleets.changed", { fleetId });
    }
  }

  const endLive = engine.onLive(tellFleet);
  // Before the engine goes on to its next step, which may keep everyone waiting.
  const endRecorded = engine.onRecorded(({ rollout, events }) => hubs.get(rollout.rolloutId)?.written(events));
  const endFeed = feed.subscribe((change) => {
    if (change.rolloutId !== null) hubs.get(change.rolloutId)?.changed(change.seq);
    listChanges.push(change.fleetId);
  });
  const recheckTimer = setInterval(() => void recheck(), recheckEveryMs);

  return {
    recheck,
    sockets: () => io.engine.clientsCount,
    close: async () => {
      clearInterval(recheckTimer);
      endLive();
      endRecorded();
      endFeed();
      listChanges.close();
      for (const hub of hubs.values()) hub.close();
      io.disconnectSockets(true);
      io.engine.close();
      await io.of("/").adapter.close();
    },
  };
}

const tooMany = `At most ${roomsPerSocketMax} rollouts and fleets can be watched at once. Close another page first.`;

/** What a socket was opened by: a session or a token. */
function proofOf({ session, token }: CallerContext): string {
  return session ? `session ${session.sessionId}` : `token ${token?.tokenId}`;
}

function roomOf(fleetId: string): string {
  return `fleet:${fleetId}`;
}

function roomsOf(socket: ConsoleSocket): number {
  return socket.data.rollouts.size + socket.data.fleets.size;
}

/** Cuts a browser that does not take what it is sent. */
function limitBacklog(socket: ConsoleSocket): void {
  let waiting = 0;
  socket.conn.on("packetCreate", () => {
    waiting += 1;
    if (waiting > backlogMax) socket.conn.close(true);
  });
  socket.conn.on("drain", () => {
    waiting = 0;
  });
}

/** A browser asks for a handful of things; one that asks without end is cut. */
function limitMessages(socket: ConsoleSocket): void {
  let since = performance.now();
  let count = 0;
  socket.use((_message, next) => {
    const now = performance.now();
    if (now - since >= 1_000) {
      since = now;
      count = 0;
    }
    count += 1;
    if (count > messagesPerSecondMax) socket.disconnect(true);
    else next();
  });
}
