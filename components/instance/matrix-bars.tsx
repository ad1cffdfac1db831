import { cellLooks } from "./glyphs.ts";
import { countStates, type MatrixCell, type ZoneCells } from "./instance-state.ts";
import { legendName } from "./matrix-legend.tsx";

interface MatrixBarsProps {
  readonly groups: readonly ZoneCells[];
  readonly isShown: (cell: MatrixCell) => boolean;
  readonly oldRelease?: string | null;
  readonly newRelease?: string | null;
}

/** For narrow screens and fleets without room for cells: each zone a bar in proportion, with its counts in words. */
export function MatrixBars({ groups, isShown, oldRelease, newRelease }: MatrixBarsProps) {
  return (
    <ul className="space-y-3">
      {groups.map((group) => {
        const counts = countStates(group.cells.filter(isShown));
        return (
          <li key={group.zone}>
            <p className="flex justify-between gap-2 text-sm">
              <span className="font-medium">Zone {group.zone}</span>
              <span className="numbers text-ink-soft">{group.cells.length} instances</span>
            </p>
            <div aria-hidden className="mt-1 flex h-4 gap-0.5 overflow-hidden rounded-sm bg-sunken">
              {counts.map(({ state, count }) => (
                <span key={state} style={{ flexGrow: count, background: `var(${cellLooks[state].edge})` }} />
              ))}
            </div>
            <p className="numbers mt-1 text-ink-soft text-xs">
              {counts.map(({ state, count }) => `${count} ${legendName(state, oldRelease, newRelease)}`).join(" · ") ||
                "None is shown by the filter."}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
