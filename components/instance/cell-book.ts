import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { InstanceUpdate, Rollout } from "#domain/rollout.ts";
import type { Table } from "#domain/table.ts";
import { type MatrixCell, toCells } from "./instance-state.ts";

type CellsOf = (rollout: Pick<Rollout, "updates" | "releaseId" | "releaseNames">, seen: Table<InstanceObservation>) => readonly MatrixCell[];

interface Page {
  readonly updates: readonly InstanceUpdate[];
  /** What was seen beside them; null where the two tables are not in the same order, and nothing can be remembered. */
  readonly seen: readonly InstanceObservation[] | null;
  readonly cells: readonly MatrixCell[];
}

/**
 * The cells of a rollout, of which only those are made anew whose update or observation is another object than before: an
 * event about one of ten thousand instances costs a look at 64. What is the same is the same object.
 */
export function createCellBook(): CellsOf {
  let pages: readonly Page[] = [];
  let cells: readonly MatrixCell[] = [];
  let names: Rollout["releaseNames"] | null = null;

  return (rollout, seen) => {
    const { updates, releaseId, releaseNames } = rollout;
    if (releaseNames !== names) pages = [];
    names = releaseNames;
    const next = updates.chunks.map((chunk, index) => {
      const before = pages[index];
      const beside = seen.chunks[index] ?? null;
      if (before && before.updates === chunk && before.seen !== null && before.seen === beside) return before;
      const aligned = beside !== null && chunk.every(({ instanceId }, offset) => beside[offset]?.instanceId === instanceId);
      const made = toCells({
        instances: chunk.map(({ instanceId, zone }) => ({ id: instanceId, zone })),
        observations: seen,
        updates,
        newReleaseId: releaseId,
        releaseNames,
      });
      const kept = made.map((cell, offset) => (isSameCell(before?.cells[offset], cell) ? (before?.cells[offset] as MatrixCell) : cell));
      return { updates: chunk, seen: aligned ? beside : null, cells: kept };
    });
    const isSame = next.length === pages.length && next.every((page, index) => page === pages[index] || isSamePage(page, pages[index]));
    pages = next;
    if (!isSame) cells = next.flatMap((page) => page.cells);
    return cells;
  };
}

function isSamePage(page: Page, before: Page | undefined): boolean {
  return before !== undefined && page.cells.length === before.cells.length && page.cells.every((cell, offset) => cell === before.cells[offset]);
}

function isSameCell(before: MatrixCell | undefined, now: MatrixCell): boolean {
  return (
    before !== undefined &&
    before.instanceId === now.instanceId &&
    before.zone === now.zone &&
    before.state === now.state &&
    before.release === now.release &&
    before.batch === now.batch &&
    before.since === now.since &&
    before.note === now.note
  );
}
