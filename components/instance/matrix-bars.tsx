import { cellLooks } from "./glyphs.ts";
import { type CellState, countStates, type MatrixCell } from "./instance-state.ts";
import type { CellGroup } from "./matrix-groups.ts";

interface MatrixBarsProps {
  readonly groups: readonly CellGroup[];
  readonly isShown: (cell: MatrixCell) => boolean;
  readonly nameOf: (state: CellState) => string;
}

/** For narrow screens: each group a bar in proportion, with its counts in words. */
export function MatrixBars({ groups, isShown, nameOf }: MatrixBarsProps) {
  return (
    <ul className="space-y-3">
      {groups.map((group) => {
        const counts = countStates(group.cells.filter(isShown));
        return (
          <li key={group.key}>
            <p className="flex justify-between gap-2 text-sm">
              <span className="font-medium">{group.title}</span>
              <span className="numbers text-ink-soft">
                {group.cells.length} {group.cells.length === 1 ? "instance" : "instances"}
              </span>
            </p>
            <div aria-hidden className="mt-1 flex h-4 gap-0.5 overflow-hidden rounded-sm bg-sunken">
              {counts.map(({ state, count }) => (
                <span key={state} style={{ flexGrow: count, background: `var(${cellLooks[state].edge})` }} />
              ))}
            </div>
            <p className="numbers mt-1 text-ink-soft text-xs">
              {counts.map(({ state, count }) => `${count} ${nameOf(state)}`).join(" · ") || "None is shown by the filter."}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
