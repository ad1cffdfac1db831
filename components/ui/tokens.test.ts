import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../app/tokens.css", import.meta.url), "utf8");
const light = tokensOf(/^:root \{([^}]*)\}/m);
const darkChosen = tokensOf(/^html\[data-theme="dark"\] \{([^}]*)\}/m);
const darkBySystem = tokensOf(/html\[data-theme="system"\] \{([^}]*)\}/m);
const distinct = tokensOf(/^html\[data-palette="distinct"\] \{([^}]*)\}/m);
const distinctDark = tokensOf(/^html\[data-theme="dark"\]\[data-palette="distinct"\] \{([^}]*)\}/m);
const distinctDarkBySystem = tokensOf(/html\[data-theme="system"\]\[data-palette="distinct"\] \{([^}]*)\}/m);

const grounds = ["canvas", "surface", "raised", "sunken", "hover"];
const texts = [
  ...["ink", "ink-soft", "ink-faint"].flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ...["accent", "ok", "warn", "bad", "progress"].flatMap(
    (tone) =>
      [
        [tone, "surface"],
        [tone, "canvas"],
        [tone, `${tone}-soft`],
      ] as const,
  ),
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-bad", "bad"],
] as const;
const marks = ["line-strong", "release-old", "release-new", "release-third", "release-fourth", "ok", "warn", "bad", "progress"];

test("the system's dark and the chosen dark are one", () => {
  expect(darkBySystem).toEqual(darkChosen);
  expect(distinctDarkBySystem).toEqual(distinctDark);
});

test("dark replaces every light value, and each palette the same ones in both", () => {
  expect([...darkChosen.keys()]).toEqual([...light.keys()]);
  expect([...distinctDark.keys()]).toEqual([...distinct.keys()]);
  expect(distinct.size).toBeGreaterThan(0);
});

describe.each([
  ["light", light],
  ["dark", darkChosen],
  ["light, distinct", new Map([...light, ...distinct])],
  ["dark, distinct", new Map([...darkChosen, ...distinctDark])],
] as const)("%s", (_, tokens) => {
  test.each(texts)("text %s on %s reaches 4.5:1", (text, ground) => expect(contrast(tokens, text, ground)).toBeGreaterThanOrEqual(4.5));

  test.each(marks)("mark %s on the surface reaches 3:1", (mark) => expect(contrast(tokens, mark, "surface")).toBeGreaterThanOrEqual(3));
});

function tokensOf(block: RegExp): ReadonlyMap<string, string> {
  const found = block.exec(css)?.[1] ?? "";
  return new Map([...found.matchAll(/--([a-z-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** WCAG 2 contrast of two tokens. */
function contrast(tokens: ReadonlyMap<string, string>, first: string, second: string): number {
  const [brighter = 0, darker = 0] = [luminance(tokens.get(first)), luminance(tokens.get(second))].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of an `oklch(L C H)`, by way of OKLab and linear sRGB (Ottosson 2020). */
function luminance(value: string | undefined): number {
  const numbers = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(value ?? "");
  if (!numbers) throw new Error(`Not an opaque oklch colour: ${value}`);
  const [lightness, chroma, hue] = [Number(numbers[1]), Number(numbers[2]), (Number(numbers[3]) * Math.PI) / 180];
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = clamp(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short);
  const green = clamp(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short);
  const blue = clamp(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
