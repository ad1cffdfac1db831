"use client";

import { useCallback, useSyncExternalStore } from "react";
import { keyNames } from "./shortcut-table.ts";

/** Names keys as this machine's keyboard has them. */
export function useKeyNames(): (keys: string) => readonly string[] {
  const isApple = useSyncExternalStore(
    () => () => {},
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  );
  return useCallback((keys: string) => keyNames(keys, isApple), [isApple]);
}
