"use client";

import { useDeferredValue, useMemo, useState } from "react";
import { ErrorState } from "#components/ui/error-state.tsx";
import { failureOf } from "#hooks/failure.ts";
import { logLinesMax } from "#hooks/log-buffer.ts";
import { useInstanceLogs } from "#hooks/use-instance-logs.ts";
import { filterLines, findLines, type LevelFilter, type LogLine, toFileLine } from "./log-lines.ts";
import { LogList } from "./log-list.tsx";
import { LogControls, LogSearch } from "./log-toolbar.tsx";

/** What the instance wrote, newest at the end. Its text is shown as text, whatever it holds. */
export function InstanceLogs({ fleetId, instanceId }: { fleetId: string; instanceId: string }) {
  const [isPaused, setPaused] = useState(false);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(true);
  const [filter, setFilter] = useState<LevelFilter>("all");
  const [words, setWords] = useState("");
  const [place, setPlace] = useState(0);
  const logs = useInstanceLogs(fleetId, instanceId, !isPaused);
  const all = logs.data?.lines ?? noLines;
  const searched = useDeferredValue(words);
  const lines = useMemo(() => filterLines(all, filter), [all, filter]);
  const found = useMemo(() => findLines(lines, searched), [lines, searched]);
  const current = found.length === 0 ? null : (found[Math.min(place, found.length - 1)] ?? null);

  const search = (next: string) => {
    setWords(next);
    setPlace(0);
    if (next !== "") setFollow(false);
  };
  const step = (by: 1 | -1) => {
    setFollow(false);
    setPlace((Math.min(place, found.length - 1) + by + found.length) % found.length);
  };
  if (logs.isError && !logs.data)
    return <ErrorState title={`The log of ${instanceId} could not be read.`} failure={failureOf(logs.error)} onRetry={() => void logs.refetch()} />;
  return (
    <div className="grid gap-2">
      <LogSearch
        words={words}
        found={found.length}
        place={Math.min(place, found.length - 1)}
        onWords={search}
        onStep={step}
        isPaused={isPaused}
        onPause={setPaused}
        onDownload={lines.length === 0 ? null : () => download(`${instanceId}.log`, lines)}
      />
      <LogControls filter={filter} onFilter={setFilter} wrap={wrap} onWrap={setWrap} follow={follow} onFollow={setFollow} />
      {logs.data?.isCapped ? (
        <p className="text-warn text-xs">Only the newest {logLinesMax.toLocaleString("en")} lines are kept here; earlier ones were let go.</p>
      ) : null}
      <LogList
        label={`Log of ${instanceId}`}
        lines={lines}
        words={searched}
        current={current}
        wrap={wrap}
        follow={follow && !isPaused}
        onFollow={setFollow}
        empty={logs.isPending ? "Reading…" : all.length === 0 ? "It has written nothing yet." : "No line passes the filter."}
      />
    </div>
  );
}

const noLines: readonly LogLine[] = [];

function download(name: string, lines: readonly LogLine[]): void {
  const url = URL.createObjectURL(new Blob([`${lines.map(toFileLine).join("\n")}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
