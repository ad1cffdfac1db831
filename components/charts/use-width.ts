"use client";

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

const listeners = new WeakMap<Element, (width: number) => void>();
let observer: ResizeObserver | null = null;

/** One observer for the whole page: what it sees is told to the element's own listener, once a frame. */
function sharedObserver(): ResizeObserver {
  observer ??= new ResizeObserver((entries) => {
    for (const entry of entries) listeners.get(entry.target)?.(Math.floor(entry.contentRect.width));
  });
  return observer;
}

/**
 * Width of an element without padding or border in CSS pixels, 0 until it is in the document. Known before it is first
 * painted, so that nothing jumps when what is as wide is drawn. Charts and the matrix are given it, they never measure.
 */
export function useWidth<E extends Element>(): [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(Math.floor(element.getBoundingClientRect().width));
    listeners.set(element, setWidth);
    sharedObserver().observe(element);
    return () => {
      sharedObserver().unobserve(element);
      listeners.delete(element);
    };
  }, []);
  return [ref, width];
}

/** Whether an element is on the screen, or nearly: what is not need not be drawn. */
export function useOnScreen<E extends Element>(): [RefObject<E | null>, boolean] {
  const ref = useRef<E>(null);
  const [shown, setShown] = useState(true);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    // Out and back in within one frame come as two entries: the last one is true now.
    const watcher = new IntersectionObserver((entries) => setShown(entries.at(-1)?.isIntersecting ?? true), { rootMargin: "200px" });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  return [ref, shown];
}
