"use client";

import { createContext, type ReactNode, use, useState } from "react";
import { type Theme, themeCookie } from "./theme-cookie.ts";

interface ThemeChoice {
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
}

const ThemeContext = createContext<ThemeChoice | null>(null);

/** Light, dark or as the system wishes. The server reads the same cookie, so that no page flashes. */
export function ThemeProvider({ initial, children }: { initial: Theme; children: ReactNode }) {
  const [theme, setState] = useState(initial);
  const setTheme = (next: Theme) => {
    setState(next);
    document.documentElement.dataset.theme = next;
    document.cookie = `${themeCookie}=${next}; Path=/; Max-Age=${cookieSeconds}; SameSite=Lax`;
    // What draws by itself, such as a canvas, reads the tokens again.
    window.dispatchEvent(new Event("tideline:theme"));
  };
  return <ThemeContext value={{ theme, setTheme }}>{children}</ThemeContext>;
}

export function useTheme(): ThemeChoice {
  const choice = use(ThemeContext);
  if (!choice) throw new Error("useTheme needs a ThemeProvider above it.");
  return choice;
}

const cookieSeconds = 365 * 24 * 3_600;
