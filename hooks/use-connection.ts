"use client";

import { useSyncExternalStore } from "react";
import type { Connection } from "./connection-state.ts";
import { readConnection, subscribeConnection } from "./socket.ts";

const beforeConnecting: Connection = { state: "reconnecting", lastMessageAt: null };

/** Whether what is on the page is current. `lastMessageAt` is browser time in milliseconds, null before the first message. */
export function useConnection(): Connection {
  return useSyncExternalStore(subscribeConnection, readConnection, () => beforeConnecting);
}
