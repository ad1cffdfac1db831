import { cn } from "#components/ui/cn.ts";
import { type CellState, cellStateNames } from "./instance-state.ts";
import { StateMark } from "./state-mark.tsx";

interface MatrixLegendProps {
  readonly counts: readonly { state: CellState; count: number }[];
  readonly chosen: ReadonlySet<CellState>;
  readonly onToggle: (state: CellState) => void;
  readonly nameOf: (state: CellState) => string;
}

/** Legend, counts and filter in one: an entry that is pressed dims every other state. */
export function MatrixLegend({ counts, chosen, onToggle, nameOf }: MatrixLegendProps) {
  return (
    <ul
      aria-label="States, how many instances are in each; press one to show only it"
      className="flex flex-wrap gap-1.5 pointer-coarse:gap-2 max-sm:order-last max-sm:w-full"
    >
      {counts.map(({ state, count }) => (
        <li key={state}>
          <button
            type="button"
            aria-pressed={chosen.has(state)}
            onClick={() => onToggle(state)}
            className={cn(
              "touch-target flex h-7 items-center pointer-coarse:h-9 gap-1.5 rounded-md border border-line px-2 text-ink-soft text-xs hover:border-line-strong hover:text-ink",
              chosen.has(state) && "border-accent bg-accent-soft text-ink",
              chosen.size > 0 && !chosen.has(state) && "text-ink-faint",
            )}
          >
            <StateMark state={state} size={14} />
            <span className="numbers font-semibold text-ink">{count}</span>
            {nameOf(state)}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** "on 1.0" where the releases have names, else the state's own word. */
export function legendName(state: CellState, oldRelease: string | null | undefined, newRelease: string | null | undefined): string {
  if (state === "old" && oldRelease) return `on ${oldRelease}`;
  if (state === "new" && newRelease) return `on ${newRelease}`;
  return cellStateNames[state];
}
