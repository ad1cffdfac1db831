"use client";

import { useEffect, useState } from "react";

/** Resolved colours and fonts of the current theme, and device pixels to a CSS pixel; read again when either changes. */
export interface Palette {
  readonly accent: string;
  readonly ratio: number;
  readonly colour: (token: string) => string;
  readonly mono: string;
}

/** Where a person has chosen their own few colours, states are told apart by pattern and glyph alone. */
const forcedColours: Readonly<Record<string, string>> = {
  "--surface": "Canvas",
  "--sunken": "Canvas",
  "--progress-soft": "Canvas",
  "--bad-soft": "Canvas",
  "--on-bad": "Canvas",
  "--release-new": "Highlight",
  "--release-old": "GrayText",
  "--line-strong": "GrayText",
  "--accent": "Highlight",
};

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const isForced = window.matchMedia("(forced-colors: active)").matches;
  const known = new Map<string, string>();
  const colour = (token: string) => {
    let value = known.get(token);
    if (value === undefined) known.set(token, (value = isForced ? (forcedColours[token] ?? "CanvasText") : style.getPropertyValue(token).trim()));
    return value;
  };
  return {
    accent: colour("--accent"),
    ratio: window.devicePixelRatio || 1,
    colour,
    mono: style.getPropertyValue("--font-mono").trim() || "monospace",
  };
}

/** Null until the page is there. A new object when the theme, the person's colours, the font or the zoom of the page changes. */
export function usePalette(): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(null);
  const ratio = palette?.ratio ?? 0;
  useEffect(() => {
    const read = () => setPalette(readPalette());
    if (ratio === 0) read();
    const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)", `(resolution: ${ratio}dppx)`].map((query) => window.matchMedia(query));
    window.addEventListener("tideline:theme", read);
    document.fonts.addEventListener("loadingdone", read);
    for (const each of media) each.addEventListener("change", read);
    return () => {
      window.removeEventListener("tideline:theme", read);
      document.fonts.removeEventListener("loadingdone", read);
      for (const each of media) each.removeEventListener("change", read);
    };
  }, [ratio]);
  return palette;
}
