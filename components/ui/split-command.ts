/**
 * Splits a line as a person types it into a program and its arguments: spaces part them, quotes hold them together, a
 * backslash takes the next character as it is. Nothing else has a meaning: no variables, no pipes, never a shell.
 */
export function splitCommand(line: string): string[] {
  const parts: string[] = [];
  let part: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < line.length; index += 1) {
    const letter = line.charAt(index);
    if (letter === "\\" && quote !== "'" && index + 1 < line.length) {
      index += 1;
      part = (part ?? "") + line.charAt(index);
    } else if (quote) {
      if (letter === quote) quote = null;
      else part = (part ?? "") + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      part ??= "";
    } else if (/\s/.test(letter)) {
      if (part !== null) parts.push(part);
      part = null;
    } else {
      part = (part ?? "") + letter;
    }
  }
  return part === null ? parts : [...parts, part];
}

/** The line that splits into these parts again. */
export function joinCommand(parts: readonly string[]): string {
  return parts.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`)).join(" ");
}
