import { io, type Socket } from "socket.io-client";
import type { ClientMessages, FleetNews, ServerMessages } from "#domain/live.ts";
import { unpackRollout } from "#domain/revive.ts";
import { type Connection, connectionOf, createEngineClock } from "./connection-state.ts";
import type { RolloutListener } from "./live-rollout-store.ts";

const RECONNECT_MS_MIN = 400;
const RECONNECT_MS_MAX = 5_000;
/** Wait before asking again after the server itself cut or refused us: a session that ended, a server that restarts. */
const RECONNECT_MS_REFUSED = 2_000;
/** How often silence is noticed, in milliseconds. */
const SILENCE_CHECK_MS = 1_000;
/** Messages come up to 20 times a second; who shows their age needs it less often. */
const HEARD_MS_MIN = 500;

type ConsoleSocket = Socket<ServerMessages, ClientMessages>;

/** The one connection of this tab: opened by the first watcher, closed by nobody but the page. */
let socket: ConsoleSocket | null = null;
let connection: Connection = { state: "reconnecting", lastMessageAt: null };
let lastMessageAt: number | null = null;
let fleetWatchers = 0;
const clock = createEngineClock();
const listeners = new Set<() => void>();

/** Engine time now, in milliseconds since 1970: countdowns are told by the engine's clock, not the browser's. */
export function engineNow(): number {
  return Date.now() + clock.offsetMs();
}

export function subscribeConnection(listener: () => void): () => void {
  openSocket();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function readConnection(): Connection {
  return connection;
}

/** Consecutive events of one rollout, from `afterSeq()` on, again after each reconnection. */
export function watchRollout(rolloutId: string, afterSeq: () => number, listener: RolloutListener): { again(): void; close(): void } {
  const here = openSocket();
  const again = () => {
    if (here.connected) here.emit("watch.rollout", { rolloutId, afterSeq: afterSeq() }, () => {});
  };
  const onEvents: ServerMessages["rollout.events"] = (message) => {
    if (message.rolloutId === rolloutId) listener.events(message.events);
  };
  const onSnapshot: ServerMessages["rollout.snapshot"] = (message) => {
    if (message.rolloutId === rolloutId) listener.snapshot(unpackRollout(message.rollout));
  };
  here.on("rollout.events", onEvents);
  here.on("rollout.snapshot", onSnapshot);
  here.on("connect", again);
  again();
  return {
    again,
    close() {
      here.off("rollout.events", onEvents);
      here.off("rollout.snapshot", onSnapshot);
      here.off("connect", again);
      if (here.connected) here.emit("unwatch.rollout", { rolloutId });
    },
  };
}

/**
 * One message a second while it is open; closed by the caller while nobody looks. `joined` is called after each (re)connection.
 * `onNews` answers whether the message followed what was known: if not, a whole look is asked for.
 */
export function watchFleet(fleetId: string, onNews: (news: FleetNews) => boolean, joined: () => void): () => void {
  const here = openSocket();
  fleetWatchers += 1;
  const ask = () => {
    if (here.connected) here.emit("watch.fleet", { fleetId }, () => {});
  };
  const join = () => {
    if (!here.connected) return;
    ask();
    joined();
  };
  const onMessage: ServerMessages["fleet.live"] = (message) => {
    if (message.fleetId === fleetId && !onNews(message)) ask();
  };
  here.on("fleet.live", onMessage);
  here.on("connect", join);
  join();
  return () => {
    fleetWatchers -= 1;
    here.off("fleet.live", onMessage);
    here.off("connect", join);
    if (here.connected) here.emit("unwatch.fleet", { fleetId });
  };
}

/** Calls back when a row of a fleets or rollouts list changed. */
export function watchFleets(onChanged: (fleetId: string) => void): () => void {
  const here = openSocket();
  const join = () => {
    if (here.connected) here.emit("watch.fleets", () => {});
  };
  const onMessage: ServerMessages["fleets.changed"] = (message) => onChanged(message.fleetId);
  here.on("fleets.changed", onMessage);
  here.on("connect", join);
  join();
  return () => {
    here.off("fleets.changed", onMessage);
    here.off("connect", join);
  };
}

function openSocket(): ConsoleSocket {
  if (socket) return socket;
  const opened: ConsoleSocket = io({
    path: "/socket.io",
    transports: ["websocket"],
    reconnectionDelay: RECONNECT_MS_MIN,
    reconnectionDelayMax: RECONNECT_MS_MAX,
    randomizationFactor: 0.5,
  });
  socket = opened;
  opened.on("connect", heard);
  opened.on("disconnect", (reason) => {
    update();
    if (reason === "io server disconnect") reconnectLater(opened);
  });
  opened.on("connect_error", () => {
    update();
    if (!opened.active) reconnectLater(opened);
  });
  opened.onAny(heard);
  opened.on("fleet.live", (message) => clock.note(message.at, Date.now()));
  setInterval(update, SILENCE_CHECK_MS);
  return opened;
}

/** The library does not come back by itself when the server said no. */
function reconnectLater(closed: ConsoleSocket) {
  setTimeout(() => closed.connect(), RECONNECT_MS_REFUSED);
}

function heard() {
  lastMessageAt = Date.now();
  update();
}

function update() {
  const next = connectionOf({ up: socket?.connected ?? false, lastMessageAt, expectsMessages: fleetWatchers > 0 }, Date.now());
  const older = (next.lastMessageAt ?? 0) - (connection.lastMessageAt ?? 0);
  if (next.state === connection.state && older < HEARD_MS_MIN) return;
  connection = next;
  for (const listener of [...listeners]) listener();
}
