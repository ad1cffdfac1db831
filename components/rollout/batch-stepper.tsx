"use client";

import { Check, Circle, Hand, Hourglass, LoaderCircle, type LucideIcon, Pause, Square, Undo2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { cn } from "#components/ui/cn.ts";
import { formatDuration } from "#domain/duration.ts";
import { useShortcut } from "#hooks/shortcuts.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import type { BatchState, BatchView } from "./rollout-figures.ts";

interface BatchStepperProps {
  readonly batches: readonly BatchView[];
  /** The batch that the matrix and the log are filtered by. */
  readonly chosen: number | null;
  readonly onChoose: (batch: number | null) => void;
}

const looks: Readonly<Record<BatchState, { word: string; Icon: LucideIcon; tone: string }>> = {
  planned: { word: "planned", Icon: Circle, tone: "text-ink-faint" },
  updating: { word: "updating", Icon: LoaderCircle, tone: "text-progress" },
  soaking: { word: "soaking", Icon: Hourglass, tone: "text-progress" },
  gate: { word: "at its gate", Icon: Hand, tone: "text-warn" },
  done: { word: "done", Icon: Check, tone: "text-ok" },
  failed: { word: "with failures", Icon: X, tone: "text-bad" },
  paused: { word: "paused", Icon: Pause, tone: "text-warn" },
  reverting: { word: "coming back", Icon: Undo2, tone: "text-warn" },
  reverted: { word: "brought back", Icon: Undo2, tone: "text-ink-soft" },
  stopped: { word: "stopped", Icon: Square, tone: "text-ink-soft" },
};

/** The batches in a row, the current one kept in view. Pressing one filters the matrix and the log. */
export function BatchStepper({ batches, chosen, onChoose }: BatchStepperProps) {
  const row = useRef<HTMLOListElement>(null);
  const current = batches.find((batch) => batch.current)?.number ?? null;
  useEffect(() => {
    const chip = current === null ? null : row.current?.children[current - 1];
    if (!row.current || !(chip instanceof HTMLElement)) return;
    row.current.scrollTo({ left: chip.offsetLeft - row.current.offsetWidth / 2 + chip.offsetWidth / 2 });
  }, [current]);
  const open = batches.filter(({ state }) => state !== "planned").map(({ number }) => number);
  const step = (by: 1 | -1) => {
    const at = chosen === null ? (by === 1 ? -1 : open.length) : open.indexOf(chosen);
    // Past either end is no filter.
    onChoose(open[at + by] ?? null);
  };
  useShortcut("previousBatch", () => step(-1));
  useShortcut("nextBatch", () => step(1));
  if (batches.length === 0) return null;
  return (
    <nav aria-label="Batches">
      <ol ref={row} className="relative -m-0.5 flex gap-2 overflow-x-auto p-0.5">
        {batches.map((batch) => (
          <li key={batch.number} className="min-w-40 max-w-md flex-1">
            <Chip batch={batch} pressed={chosen === batch.number} onPress={() => onChoose(chosen === batch.number ? null : batch.number)} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Chip({ batch, pressed, onPress }: { batch: BatchView; pressed: boolean; onPress: () => void }) {
  const { word, Icon, tone } = looks[batch.state];
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-current={batch.current ? "step" : undefined}
      disabled={batch.state === "planned"}
      onClick={onPress}
      className={cn(
        "relative w-full overflow-hidden rounded-md border border-line bg-surface px-3 pt-2 pb-2.5 text-left",
        batch.state === "planned" ? "border-dashed" : "hover:border-line-strong",
        batch.current && "border-progress",
        pressed && "border-accent bg-accent-soft",
      )}
    >
      <span className="flex items-center gap-1.5">
        <Icon aria-hidden className={cn("size-4 shrink-0", tone)} />
        <span className={cn("numbers whitespace-nowrap font-semibold text-sm", batch.state === "planned" && "text-ink-soft")}>
          Batch {batch.number}
        </span>
        <span className="numbers ml-auto whitespace-nowrap text-ink-faint text-xs">
          <BatchTime batch={batch} />
        </span>
      </span>
      <span className="numbers mt-0.5 block truncate text-ink-soft text-xs">
        {batch.size} {batch.size === 1 ? "instance" : "instances"}, {word}
      </span>
      <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 bg-line">
        <span className={cn("block h-full bg-current", tone)} style={{ width: `${batch.progress * 100}%` }} />
      </span>
    </button>
  );
}

function BatchTime({ batch }: { batch: BatchView }) {
  const now = useEngineNow();
  if (batch.openedAt === null || now === 0) return null;
  return formatDuration(Math.max(0, (batch.endedAt ?? now) - batch.openedAt));
}
