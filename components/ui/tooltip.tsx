"use client";

import {
  cloneElement,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";

type Side = "top" | "bottom";

interface Handlers {
  readonly onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerLeave?: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerDown?: (event: PointerEvent<HTMLElement>) => void;
  readonly onFocus?: (event: FocusEvent<HTMLElement>) => void;
  readonly onBlur?: (event: FocusEvent<HTMLElement>) => void;
}

interface TooltipProps {
  /** What it says, to the eye only: say it to a screen reader too. Nothing that is needed on a touch screen may stand only here. */
  readonly content: ReactNode;
  /** The one element it belongs to. */
  readonly children: ReactElement<Handlers>;
  readonly side?: Side;
}

const openMs = 350;
/** Long enough to move the pointer over onto what it says. */
const closeMs = 150;

/** Shown while the pointer rests on an element or the keyboard is on it; Escape and pressing put it away. */
export function Tooltip({ content, children, side = "top" }: TooltipProps) {
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = (ms: number, next: DOMRect | null) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(next), ms);
  };
  const close = () => later(0, null);
  useEffect(() => () => clearTimeout(timer.current), []);
  const own = children.props;
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => {
          own.onPointerEnter?.(event);
          if (event.pointerType !== "touch") later(openMs, event.currentTarget.getBoundingClientRect());
        },
        onPointerLeave: (event) => {
          own.onPointerLeave?.(event);
          later(closeMs, null);
        },
        onPointerDown: (event) => {
          own.onPointerDown?.(event);
          close();
        },
        onFocus: (event) => {
          own.onFocus?.(event);
          if (event.currentTarget.matches(":focus-visible")) later(0, event.currentTarget.getBoundingClientRect());
        },
        onBlur: (event) => {
          own.onBlur?.(event);
          close();
        },
      })}
      {anchor ? (
        <Popup anchor={anchor} side={side} onClose={close} onEnter={() => clearTimeout(timer.current)} onLeave={() => later(closeMs, null)}>
          {content}
        </Popup>
      ) : null}
    </>
  );
}

interface PopupProps {
  readonly anchor: DOMRect;
  readonly side: Side;
  readonly onClose: () => void;
  readonly onEnter: () => void;
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

function Popup({ anchor, side, onClose, onEnter, onLeave, children }: PopupProps) {
  const popup = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (popup.current) place(popup.current, anchor, side);
  }, [anchor, side]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      // The first Escape is for this alone, not for the dialog below it.
      event.stopPropagation();
      onClose();
    };
    window.addEventListener("keydown", onKeyDown, true);
    window.addEventListener("scroll", onClose, true);
    return () => {
      window.removeEventListener("keydown", onKeyDown, true);
      window.removeEventListener("scroll", onClose, true);
    };
  }, [onClose]);
  return createPortal(
    <div
      ref={popup}
      role="tooltip"
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      className="fixed top-0 left-0 z-60 w-max max-w-72 rounded-md border border-line bg-raised px-2 py-1 text-ink text-xs shadow-pop"
    >
      {children}
    </div>,
    document.body,
  );
}

const gap = 6;
const edge = 8;

/** On its side of the anchor, or where there is no room on the other; never over the edge of the screen. */
function place(popup: HTMLElement, anchor: DOMRect, side: Side): void {
  const { width, height } = popup.getBoundingClientRect();
  const above = anchor.top - gap - height;
  const below = anchor.bottom + gap;
  const fitsAbove = above >= edge;
  const fitsBelow = below + height <= window.innerHeight - edge;
  const top = (side === "top" && fitsAbove) || !fitsBelow ? above : below;
  const left = Math.min(Math.max(edge, anchor.left + (anchor.width - width) / 2), window.innerWidth - width - edge);
  popup.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
