/** A table for people: a heading, then one row per figure and one column per contender. */
export function printTable(title: string, columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [["", ...columns], ...rows.map((row) => row.map(String))];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
  );
  process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function formatRatio(value: number, base: number): string {
  return base > 0 ? (value / base).toFixed(2) : "–";
}

export function note(text: string): void {
  process.stdout.write(`${text}\n`);
}
