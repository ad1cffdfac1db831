/** Finds entries of the command palette by what a person types. */

export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  /** Words that find it too, and stand beside the label. */
  readonly hint?: string;
}

/**
 * The entries that hold every word typed, best first: those whose label begins with the first word, then those in which a word of
 * the label does, then the others. Among equals the order stays. `max` bounds the answer.
 */
export function searchEntries<Entry extends PaletteEntry>(entries: readonly Entry[], query: string, max: number): Entry[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return entries.slice(0, max);
  const ranked: [Entry, number][] = [];
  for (const entry of entries) {
    const label = entry.label.toLowerCase();
    const text = `${label} ${entry.hint?.toLowerCase() ?? ""}`;
    if (!words.every((word) => text.includes(word))) continue;
    ranked.push([entry, label.startsWith(first) ? 0 : wordBegins(label, first) ? 1 : 2]);
  }
  return ranked
    .sort(([, a], [, b]) => a - b)
    .slice(0, max)
    .map(([entry]) => entry);
}

function wordBegins(label: string, start: string): boolean {
  return label.split(/[^\p{L}\p{N}.]+/u).some((word) => word.startsWith(start));
}

/** The newest first, without doubles. */
export function remember(recent: readonly string[], id: string, max: number): string[] {
  return [id, ...recent.filter((other) => other !== id)].slice(0, max);
}
