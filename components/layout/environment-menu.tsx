"use client";

import { ChevronDown, Layers2 } from "lucide-react";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { LaterMenu } from "#components/ui/later-menu.tsx";
import { useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { useWaiting } from "./use-waiting.ts";

/** Narrows fleets, rollouts and insights to one environment, and says when another one needs a person. Where there is only one it is named. */
export function EnvironmentMenu({ settled }: { settled: boolean }) {
  const { environment, environments } = useChosenEnvironment();
  const waiting = useWaiting();
  const [only, another] = environments;
  if (only === undefined) return null;
  if (another === undefined) return <EnvironmentBadge environment={only} className="max-sm:max-w-24" />;
  const elsewhere = environment === "" ? [] : environments.filter((name) => name !== environment && waiting(name) > 0);
  return (
    <LaterMenu
      load={loadList}
      settled={settled}
      trigger={
        <button
          type="button"
          className="touch-target relative inline-flex h-8 shrink-0 items-center gap-1 rounded-md px-1 text-ink-soft text-sm hover:bg-hover hover:text-ink"
        >
          <span className="sr-only">Environment: </span>
          {environment === "" ? (
            <>
              <Layers2 aria-hidden className="size-4" />
              <span className="max-lg:sr-only">All environments</span>
            </>
          ) : (
            <EnvironmentBadge environment={environment} className="max-sm:max-w-24" />
          )}
          <ChevronDown aria-hidden className="size-3.5 text-ink-faint" />
          {elsewhere.length > 0 ? (
            <>
              <span aria-hidden className="absolute top-0.5 right-0.5 size-2 rounded-full bg-warn ring-2 ring-surface" />
              <span className="sr-only">. {elsewhere.join(" and ")} need a person.</span>
            </>
          ) : null}
        </button>
      }
    />
  );
}

const loadList = () => import("./environment-list.tsx").then((module) => module.EnvironmentList);
