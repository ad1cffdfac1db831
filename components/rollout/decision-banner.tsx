"use client";

import { Ban, Check, Eye, Hand, Hourglass, LoaderCircle, type LucideIcon, OctagonAlert, Pause, Snowflake, TriangleAlert, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";
import { formatDuration } from "#domain/duration.ts";
import type { FirstLook } from "#domain/engine/first-look.ts";
import { describeRollout } from "#domain/engine/sentence.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { ApproversLine } from "./approvers-line.tsx";
import { failedUpdates, waitsUntil } from "./rollout-figures.ts";

interface DecisionBannerProps {
  readonly rollout: Rollout;
  /** The one button that matters now, if a person is needed. */
  readonly action: ReactNode;
  /** What can be decided about single instances. */
  readonly children?: ReactNode;
}

interface Mood {
  readonly Icon: LucideIcon;
  readonly edge: string;
  readonly icon: string;
}

const moods = {
  progress: { edge: "border-l-progress", icon: "text-progress" },
  ok: { edge: "border-l-ok", icon: "text-ok" },
  warn: { edge: "border-l-warn", icon: "text-warn" },
  bad: { edge: "border-l-bad", icon: "text-bad" },
  neutral: { edge: "border-l-line-strong", icon: "text-ink-soft" },
} as const;

/** What is happening, what it waits for and how long: one sentence, and below it why. */
export function DecisionBanner({ rollout, action, children }: DecisionBannerProps) {
  const now = useEngineNow();
  const { headline, detail } = describeRollout(rollout, now);
  const until = waitsUntil(rollout);
  // While it turns back, the reason is what everybody asks for first; once it has ended the detail tells it.
  const why = rollout.status === "rolling-back" ? (rollout.rollback?.message ?? null) : null;
  const waitsFor = rollout.waiting.map(({ reason }) => reason);
  return (
    <BannerFrame
      mood={moodOf({ status: rollout.status, failed: failedUpdates(rollout).length, waitsFor })}
      headline={headline}
      lines={
        <>
          {why ? <p className="numbers mt-0.5 max-w-[90ch] text-sm">{why}</p> : null}
          <Detail text={detail} />
          {rollout.status === "queued" && waitsFor.includes("approval") ? <ApproversLine rollout={rollout} /> : null}
        </>
      }
    >
      {until !== null && now > 0 ? <Countdown ms={Math.max(0, until - now)} /> : null}
      {action}
      {children}
    </BannerFrame>
  );
}

/** The same sentence, of what is known before the whole rollout is read. */
export function FirstBanner({ look }: { look: FirstLook }) {
  return <BannerFrame mood={moodOf(look)} headline={look.headline} lines={<Detail text={look.detail} />} />;
}

interface BannerFrameProps {
  readonly mood: Mood;
  readonly headline: string;
  readonly lines: ReactNode;
  readonly children?: ReactNode;
}

function BannerFrame({ mood: { Icon, edge, icon }, headline, lines, children }: BannerFrameProps) {
  return (
    <section
      aria-label="What happens now"
      className={cn("flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line border-l-4 bg-surface px-4 py-3", edge)}
    >
      <Icon aria-hidden className={cn("size-5 shrink-0", icon)} />
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="text-balance font-semibold text-lg leading-6">{headline}</h2>
        {lines}
      </div>
      {children}
    </section>
  );
}

function Detail({ text }: { text: string | null }) {
  return text === null ? null : <p className="numbers mt-0.5 max-w-[90ch] text-ink-soft text-sm">{text}</p>;
}

function Countdown({ ms }: { ms: number }) {
  return (
    <p className="shrink-0 text-right max-sm:hidden">
      <span className="numbers block font-semibold text-xl leading-6 tracking-tight">{formatDuration(Math.max(1_000, ms))}</span>
      <span className="block text-ink-faint text-xs">left</span>
    </p>
  );
}

function moodOf({ status, failed, waitsFor }: Pick<FirstLook, "status" | "failed" | "waitsFor">): Mood {
  switch (status) {
    case "succeeded":
      return failed > 0 ? { Icon: TriangleAlert, ...moods.warn } : { Icon: Check, ...moods.ok };
    case "rolling-back":
      return { Icon: Undo2, ...moods.bad };
    case "rolled-back":
      return { Icon: Undo2, ...moods.warn };
    case "rollback-failed":
    case "failed":
      return { Icon: OctagonAlert, ...moods.bad };
    case "cancelled":
    case "superseded":
      return { Icon: Ban, ...moods.neutral };
    case "queued":
      return waitsFor.includes("other-rollout") || waitsFor.includes("approval")
        ? { Icon: Hand, ...moods.warn }
        : { Icon: Hourglass, ...moods.neutral };
    case "paused":
      return { Icon: Pause, ...moods.warn };
    case "watching":
      return { Icon: Eye, ...moods.progress };
    default:
      if (waitsFor.includes("approval")) return { Icon: Hand, ...moods.warn };
      if (waitsFor.includes("window") || waitsFor.includes("freeze")) return { Icon: Snowflake, ...moods.neutral };
      if (waitsFor.includes("soaking")) return { Icon: Hourglass, ...moods.progress };
      return { Icon: LoaderCircle, ...moods.progress };
  }
}
