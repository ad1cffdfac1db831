"use client";

import { createContext, type ReactNode, use, useState } from "react";
import { type Appearance, type Aspect, cookieOf } from "./appearance-cookies.ts";

interface AppearanceChoice {
  readonly appearance: Appearance;
  readonly choose: <A extends Aspect>(aspect: A, value: Appearance[A]) => void;
}

const AppearanceContext = createContext<AppearanceChoice | null>(null);

/** How the console looks. The server reads the same cookies, so that no page flashes. */
export function AppearanceProvider({ initial, children }: { initial: Appearance; children: ReactNode }) {
  const [appearance, setAppearance] = useState(initial);
  const choose: AppearanceChoice["choose"] = (aspect, value) => {
    setAppearance({ ...appearance, [aspect]: value });
    document.documentElement.dataset[aspect] = value;
    document.cookie = `${cookieOf(aspect)}=${value}; Path=/; Max-Age=${cookieSeconds}; SameSite=Lax`;
    // What draws by itself, such as a canvas, reads the tokens again.
    window.dispatchEvent(new Event("tideline:theme"));
  };
  return <AppearanceContext value={{ appearance, choose }}>{children}</AppearanceContext>;
}

export function useAppearance(): AppearanceChoice {
  const choice = use(AppearanceContext);
  if (!choice) throw new Error("useAppearance needs an AppearanceProvider above it.");
  return choice;
}

const cookieSeconds = 365 * 24 * 3_600;
