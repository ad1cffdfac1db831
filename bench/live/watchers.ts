import { WebSocket } from "ws";

/** What a parent asks for, and what it is told. */
export type WatchersAsk =
  | {
      readonly ask: "open";
      readonly url: string;
      readonly cookie: string;
      readonly count: number;
      readonly rolloutId: string;
      readonly fleetId: string;
      readonly afterSeq: number;
    }
  | { readonly ask: "counts" };
export interface WatchersCounts {
  readonly open: number;
  readonly messages: number;
  readonly bytes: number;
  /** Connections that the server cut. */
  readonly cut: number;
}

const openAtOnce = 10;
const attemptsMax = 20;
const againMs = 1_000;
let messages = 0;
let bytes = 0;
let cut = 0;
const sockets = new Set<WebSocket>();

/**
 * Browsers without a screen: each opens the socket of the page and watches what the page watches. They speak the protocol of
 * Socket.IO 4 by hand and throw away what they hear, for their own work is not what is measured.
 */
process.on("message", (asked: WatchersAsk) => {
  if (asked.ask === "counts") process.send?.({ open: sockets.size, messages, bytes, cut } satisfies WatchersCounts);
  else void openAll(asked).then(() => process.send?.({ open: sockets.size, messages, bytes, cut } satisfies WatchersCounts));
});
process.on("disconnect", () => process.exit(0));

async function openAll(asked: Extract<WatchersAsk, { ask: "open" }>): Promise<void> {
  for (let opened = 0; opened < asked.count; opened += openAtOnce)
    await Promise.all(Array.from({ length: Math.min(openAtOnce, asked.count - opened) }, () => openAgain(asked)));
}

/** A server that is busy refuses; a page tries again, and so does this one. */
async function openAgain(asked: Extract<WatchersAsk, { ask: "open" }>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(asked);
    } catch (error) {
      if (attempt === attemptsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}

function open({ url, cookie, rolloutId, fleetId, afterSeq }: Extract<WatchersAsk, { ask: "open" }>): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { headers: { cookie, origin: url } });
  const said: Readonly<Record<string, readonly string[]>> = {
    "0": ["40"],
    "2": ["3"],
    "40": [`420${JSON.stringify(["watch.rollout", { rolloutId, afterSeq }])}`, `421${JSON.stringify(["watch.fleet", { fleetId }])}`],
  };
  return new Promise((resolve, reject) => {
    socket.on("message", (data: Buffer) => {
      messages += 1;
      bytes += data.length;
      const head = data.subarray(0, 3).toString();
      const answers = said[head.startsWith("40") ? "40" : (head[0] ?? "")] ?? [];
      for (const answer of answers) socket.send(answer);
      if (head.startsWith("44")) reject(new Error(`The server refused: ${data.toString()}`));
      if (head.startsWith("431")) {
        sockets.add(socket);
        resolve();
      }
    });
    socket.on("close", () => {
      if (sockets.delete(socket)) cut += 1;
      reject(new Error("The server closed the connection before it was watched."));
    });
    socket.on("error", reject);
  });
}
