import { withoutControls } from "#components/ui/plain-text.ts";

export type AnsiTone = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "grey";

/** A stretch of a line in one look. Its text holds no control characters. */
export interface AnsiSpan {
  readonly text: string;
  readonly tone: AnsiTone | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

type Look = Omit<AnsiSpan, "text">;

const plain: Look = { tone: null, bold: false, dim: false, italic: false, underline: false };
/** Colours 30 to 37 of ECMA-48 and their bright ones; black and white are left to the theme, which must stay readable. */
const tones: readonly (AnsiTone | null)[] = [null, "red", "green", "yellow", "blue", "magenta", "cyan", null];
/** A colour code, also one whose escape was replaced on the way. */
const colourCode = /[\u001b\ufffd]\[([0-9;:]*)m/g;

/**
 * Splits a program's line by its colour codes (SGR, ECMA-48 §8.3.117). Every other control sequence is taken out; what is
 * left is text and nothing else. Colours that our theme cannot promise to be readable are not taken over.
 */
export function parseAnsi(line: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let look = plain;
  let from = 0;
  const add = (text: string) => {
    const clean = withoutControls(text);
    if (clean !== "") spans.push({ text: clean, ...look });
  };
  for (const match of line.matchAll(colourCode)) {
    add(line.slice(from, match.index));
    look = applyCodes(look, match[1] ?? "");
    from = match.index + match[0].length;
  }
  add(line.slice(from));
  return spans;
}

/** The same line as plain text: what is searched, and what is downloaded. */
export function stripAnsi(line: string): string {
  return withoutControls(line.replace(colourCode, ""));
}

function applyCodes(before: Look, codes: string): Look {
  const numbers = codes.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  let look = before;
  for (let index = 0; index < numbers.length; index += 1) {
    const code = numbers[index] ?? 0;
    // 38;5;n and 38;2;r;g;b name a colour of their own, which is not taken over, and neither is a ground.
    if (code === 38 || code === 48) index += numbers[index + 1] === 2 ? 4 : 2;
    else look = applyCode(look, code);
  }
  return look;
}

function applyCode(look: Look, code: number): Look {
  if (code === 0) return plain;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 3) return { ...look, italic: true };
  if (code === 4) return { ...look, underline: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 23) return { ...look, italic: false };
  if (code === 24) return { ...look, underline: false };
  if (code === 39) return { ...look, tone: null };
  if (code === 90) return { ...look, tone: "grey" };
  if ((code >= 30 && code <= 37) || (code > 90 && code <= 97)) return { ...look, tone: tones[code % 10] ?? null };
  return look;
}
