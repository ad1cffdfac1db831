"use client";

import { createContext, use, useEffect, useRef, useState } from "react";

/** Engine time that everything below looks at, when it is not now; null for now. */
export const MomentContext = createContext<number | null>(null);

/** The moment that is looked at; null for now. What changes something is not offered in the past. */
export function useMoment(): number | null {
  return use(MomentContext);
}

/** Charts and questions to the server follow a moving moment at this pace. */
const SLOW_MS = 500;

/** The same for what is costly to show: it follows at a slower pace. */
export function useSlowMoment(): number | null {
  const moment = useMoment();
  const slow = usePaced(moment, SLOW_MS);
  return moment === null ? null : (slow ?? moment);
}

/** A value that changes at most so often; the newest one is never left out. */
export function usePaced<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const changedAt = useRef(0);
  useEffect(() => {
    const show = () => {
      changedAt.current = performance.now();
      setShown(value);
    };
    const timer = setTimeout(show, Math.max(0, changedAt.current + everyMs - performance.now()));
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return shown;
}
