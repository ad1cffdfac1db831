"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { cn } from "#components/ui/cn.ts";
import type { AnsiTone } from "./ansi.ts";
import { type LogLine, levelOf, type MarkedSpan, markFound } from "./log-lines.ts";

const ROW_HEIGHT = 20;
/** Closer to the end than this counts as being there. */
const END_SLACK = 24;

interface LogListProps {
  readonly label: string;
  readonly lines: readonly LogLine[];
  readonly words: string;
  /** Position of the line that the search stands on. */
  readonly current: number | null;
  readonly wrap: boolean;
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
  /** Why there is no line. */
  readonly empty: string;
}

/** Only the lines on the screen are in the document, however many there are. */
export function LogList({ label, lines, words, current, wrap, follow, onFollow, empty }: LogListProps) {
  const frame = useRef<HTMLElement>(null);
  const top = useRef(0);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => lines[index]?.number ?? index,
    overscan: 20,
  });
  const newest = lines.at(-1)?.number;
  const height = rows.getTotalSize();
  useEffect(() => {
    if (follow && newest !== undefined && height > 0) frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [follow, newest, height]);
  useEffect(() => {
    if (current !== null) rows.scrollToIndex(current, { align: "center" });
  }, [current, rows]);
  // Going up lets go of the end, coming back to it takes hold again.
  const onScroll = () => {
    const element = frame.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_SLACK;
    if (follow && !atEnd && element.scrollTop < top.current) onFollow(false);
    top.current = element.scrollTop;
  };
  return (
    <section
      ref={frame}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      className={cn(
        "h-[min(24rem,50dvh)] overflow-y-auto rounded-md border border-line bg-sunken py-2 font-mono text-xs leading-5",
        wrap ? "overflow-x-hidden" : "overflow-x-auto",
      )}
    >
      {lines.length === 0 ? <p className="px-2 text-ink-soft">{empty}</p> : null}
      <ol className="relative" style={{ height }}>
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index] as LogLine;
          return (
            <li
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              className={cn("absolute top-0 left-0 flex gap-2 px-2", wrap ? "w-full" : "min-w-full", item.index === current && "bg-accent-soft")}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line line={line} words={words} wrap={wrap} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Line({ line, words, wrap }: { line: LogLine; words: string; wrap: boolean }) {
  const level = levelOf(line.text);
  return (
    <>
      <time className="shrink-0 select-none text-ink-soft" dateTime={new Date(line.at).toISOString()}>
        {clock.format(line.at)}
      </time>
      <span
        className={cn(
          "min-w-0",
          wrap ? "whitespace-pre-wrap break-all" : "whitespace-pre",
          edges[level ?? (line.stream === "err" ? "error" : "none")],
        )}
      >
        {line.stream === "err" ? <span className="sr-only">error output: </span> : null}
        {markFound(line.text, words).map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the stretches of a line never change places
          <Span key={index} span={span} />
        ))}
      </span>
    </>
  );
}

function Span({ span }: { span: MarkedSpan }) {
  const { tone, bold, dim, italic, underline, text, isFound } = span;
  const Element = isFound ? "mark" : "span";
  const look = cn(
    tone && tones[tone],
    bold && "font-semibold",
    dim && "text-ink-soft",
    italic && "italic",
    underline && "underline",
    isFound && "rounded-[2px] bg-warn-soft text-ink outline outline-warn",
  );
  return <Element className={look}>{text}</Element>;
}

/** The theme's own colours stand for the terminal's: each is readable on the log's ground. */
const tones: Readonly<Record<AnsiTone, string>> = {
  red: "text-bad",
  green: "text-ok",
  yellow: "text-warn",
  blue: "text-progress",
  magenta: "text-ink font-medium",
  cyan: "text-accent",
  grey: "text-ink-soft",
};
/** A line's weight at its left edge; the colour of its text is the program's own. */
const edges = {
  error: "border-bad border-l-2 pl-1.5",
  warn: "border-warn border-l-2 pl-1.5",
  info: "border-transparent border-l-2 pl-1.5",
  debug: "border-transparent border-l-2 pl-1.5 text-ink-soft",
  none: "border-transparent border-l-2 pl-1.5",
} as const;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
