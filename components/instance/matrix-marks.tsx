import { cn } from "#components/ui/cn.ts";
import { LABEL_WIDTH, type MatrixLayout } from "./matrix-layout.ts";
import { MARGIN } from "./matrix-paint.ts";

/** Names of the groups, over the canvas. */
export function MatrixLabels({ layout }: { layout: MatrixLayout }) {
  if (layout.labels === "none") return null;
  const isAbove = layout.labels === "above";
  return layout.groups.map((group) => (
    <p
      key={group.label}
      aria-hidden
      className={cn("absolute text-xs", isAbove ? "flex items-baseline gap-2" : "pt-0.5")}
      style={isAbove ? { left: group.left + MARGIN, top: 0 } : { left: 0, top: group.top, width: LABEL_WIDTH - 8 }}
    >
      <span className="block truncate font-medium">{group.label}</span>
      <span className="numbers block text-ink-faint">{group.count}</span>
    </p>
  ));
}

const outlines = { active: "outline-accent", selected: "outline-ink" } as const;

/** Around the cell that is pointed at, or whose details are open. */
export function Outline({ layout, index, look }: { layout: MatrixLayout; index: number | null; look: keyof typeof outlines }) {
  const x = index === null ? undefined : layout.xs[index];
  const y = index === null ? undefined : layout.ys[index];
  if (x === undefined || y === undefined) return null;
  const { width, height } = layout.cell;
  return (
    <span
      aria-hidden
      className={cn("pointer-events-none absolute outline-2 outline-solid", outlines[look], height >= 20 ? "rounded-[5px]" : "rounded-[1px]")}
      style={{ left: x + MARGIN, top: y + MARGIN, width, height }}
    />
  );
}
