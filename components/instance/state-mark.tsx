import { cellLooks } from "./glyphs.ts";
import type { CellState } from "./instance-state.ts";

/** A small sample of a cell, for legends and tables: the same fill and glyph as in the matrix. */
export function StateMark({ state, size = 16 }: { state: CellState; size?: number }) {
  const look = cellLooks[state];
  const fill = look.pattern === "hatch" || look.pattern === "dots" ? "var(--surface)" : `var(${look.fill})`;
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 18 18" className="shrink-0">
      <rect
        x="1"
        y="1"
        width="16"
        height="16"
        rx="3"
        fill={fill}
        stroke={`var(${look.edge})`}
        strokeWidth="1.5"
        strokeDasharray={look.pattern === "dashed" ? "3 2.5" : undefined}
      />
      {look.pattern === "hatch" ? <path d="M2 12L12 2M6 16L16 6" stroke={`var(${look.fill})`} strokeWidth="1.5" opacity="0.5" /> : null}
      {look.pattern === "dots" ? (
        <path d="M4.5 4.5h.1M13.5 4.5h.1M4.5 13.5h.1M13.5 13.5h.1" stroke={`var(${look.fill})`} strokeWidth="2" strokeLinecap="round" />
      ) : null}
      {look.glyph ? (
        <path
          d={look.glyph}
          transform="translate(1 1)"
          fill="none"
          stroke={`var(${look.ink})`}
          strokeWidth="1.8"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ) : null}
    </svg>
  );
}
