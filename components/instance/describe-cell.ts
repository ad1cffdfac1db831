import { formatDuration } from "#domain/duration.ts";
import { cellStateNames, type MatrixCell } from "./instance-state.ts";

/** One instance in one line: "i4 · zone b · draining for 3 s · 1.0 · batch 2 · 503 in 4 ms". */
export function describeCell(cell: MatrixCell, now: number): string {
  const held = cell.since === null || now === 0 ? "" : ` for ${formatDuration(Math.max(0, now - cell.since))}`;
  return [
    cell.instanceId,
    `zone ${cell.zone}`,
    `${cellStateNames[cell.state]}${held}`,
    cell.release,
    cell.batch === null ? null : `batch ${cell.batch}`,
    cell.note,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}
