"use client";

import { type ComponentProps, type ComponentType, cloneElement, type ReactElement, useEffect, useRef, useState } from "react";

export interface LoadedMenuProps {
  readonly trigger: ReactElement;
  readonly defaultOpen: boolean;
}

interface LaterMenuProps {
  /** The menu around its trigger; the same function each time. */
  readonly load: () => Promise<ComponentType<LoadedMenuProps>>;
  /** A button, there from the beginning. */
  readonly trigger: ReactElement<ComponentProps<"button">>;
  /** Time to load it: the page rests. */
  readonly settled: boolean;
}

/** A button whose list is loaded when the page rests, or at once when it is pressed. */
export function LaterMenu({ load, trigger, settled }: LaterMenuProps) {
  const place = useRef<HTMLDivElement>(null);
  const [pressed, setPressed] = useState(false);
  const [Loaded, setLoaded] = useState<ComponentType<LoadedMenuProps> | null>(null);
  const hadFocus = useRef(false);
  const isWanted = settled || pressed;
  useEffect(() => {
    if (!isWanted) return;
    load().then(
      (menu) => {
        hadFocus.current = place.current?.contains(document.activeElement) ?? false;
        setLoaded(() => menu);
      },
      // Pressing it again tries again.
      () => setPressed(false),
    );
  }, [isWanted, load]);
  useEffect(() => {
    // The button was replaced by the menu's own.
    if (Loaded !== null && hadFocus.current && document.activeElement === document.body) place.current?.querySelector("button")?.focus();
  }, [Loaded]);
  return (
    <div ref={place} className="contents">
      {Loaded ? (
        <Loaded trigger={trigger} defaultOpen={pressed} />
      ) : (
        cloneElement(trigger, { "aria-haspopup": "menu", "aria-expanded": false, onClick: () => setPressed(true) })
      )}
    </div>
  );
}
