"use client";

import { ArrowDown, ArrowUp, Download, Pause, Play } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { type LevelFilter, levelFilterNames, levelFilters } from "./log-lines.ts";

interface LogSearchProps {
  readonly words: string;
  /** Lines in which they stand, and which of them is shown, from 0. */
  readonly found: number;
  readonly place: number;
  readonly onWords: (words: string) => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
  /** Null while there is nothing to download. */
  readonly onDownload: (() => void) | null;
}

/** Finding a line; and beside it, whether more are read, and taking them along. */
export function LogSearch({ words, found, place, onWords, onStep, isPaused, onPause, onDownload }: LogSearchProps) {
  const nothing = words === "" ? "Type what to look for." : found === 0 ? "No line has it." : null;
  return (
    <div className="flex items-center gap-1">
      <Input
        type="search"
        aria-label="Search the log"
        placeholder="Search"
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || found === 0) return;
          event.preventDefault();
          onStep(event.shiftKey ? -1 : 1);
        }}
      />
      <output className="numbers shrink-0 px-1 text-ink-soft text-xs empty:px-0">
        {words === "" ? "" : found === 0 ? "no line" : `${place + 1} of ${found}`}
      </output>
      <Button variant="ghost" size="icon-small" aria-label="Previous line" disabledReason={nothing} onClick={() => onStep(-1)}>
        <ArrowUp aria-hidden />
      </Button>
      <Button variant="ghost" size="icon-small" aria-label="Next line" disabledReason={nothing} onClick={() => onStep(1)}>
        <ArrowDown aria-hidden />
      </Button>
      <Button
        variant="ghost"
        size="icon-small"
        aria-label={isPaused ? "Go on reading" : "Pause reading"}
        title={isPaused ? "Go on reading" : "Pause reading"}
        onClick={() => onPause(!isPaused)}
      >
        {isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}
      </Button>
      <Button
        variant="ghost"
        size="icon-small"
        aria-label="Download these lines"
        title="Download these lines"
        disabledReason={onDownload ? null : "There is nothing to download."}
        onClick={() => onDownload?.()}
      >
        <Download aria-hidden />
      </Button>
    </div>
  );
}

interface LogControlsProps {
  readonly filter: LevelFilter;
  readonly onFilter: (filter: LevelFilter) => void;
  readonly wrap: boolean;
  readonly onWrap: (wrap: boolean) => void;
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
}

/** Which lines, and how. */
export function LogControls({ filter, onFilter, wrap, onWrap, follow, onFollow }: LogControlsProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <div className="w-40">
        <Select
          aria-label="Which lines"
          value={filter}
          onValueChange={onFilter}
          options={levelFilters.map((value) => ({ value, label: levelFilterNames[value] }))}
        />
      </div>
      <Switch checked={wrap} onCheckedChange={onWrap}>
        Wrap
      </Switch>
      <Switch checked={follow} onCheckedChange={onFollow}>
        Follow
      </Switch>
    </div>
  );
}
