"use client";

import { useEffect, useState } from "react";

/** A busy page never rests: by then it counts as shown. */
const idleMsMax = 1_000;
/** Browsers that do not tell when they rest. */
const restMs = 200;

/**
 * False until the browser has shown the component and rests, at least `afterMs` later. What nobody looks at first waits for
 * it, and so do the programs for it.
 */
export function useSettled(afterMs = 0): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    let idle = 0;
    const settle = () => setSettled(true);
    const timer = setTimeout(
      () => {
        if ("requestIdleCallback" in window) idle = window.requestIdleCallback(settle, { timeout: idleMsMax });
        else settle();
      },
      "requestIdleCallback" in window ? afterMs : afterMs + restMs,
    );
    return () => {
      clearTimeout(timer);
      if (idle) window.cancelIdleCallback(idle);
    };
  }, [afterMs]);
  return settled;
}
