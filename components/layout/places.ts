import { ChartNoAxesCombined, Layers, ListChecks, type LucideIcon, ScrollText, Server, Settings } from "lucide-react";
import { paths } from "#domain/paths.ts";
import type { ShortcutId } from "#hooks/shortcut-table.ts";

export interface Place {
  readonly label: string;
  readonly href: string;
  readonly icon: LucideIcon;
  readonly shortcut: ShortcutId;
  /** Pages below this place, besides those below its own address. */
  readonly below?: string;
  /** There is room for five at the bottom of a phone; the palette and the account's menu lead to the others. */
  readonly notOnPhones?: true;
}

export const places: readonly Place[] = [
  { label: "Fleets", href: paths.home(), icon: Server, shortcut: "goFleets", below: "/fleets" },
  { label: "Rollouts", href: paths.rollouts(), icon: Layers, shortcut: "goRollouts" },
  { label: "Plans", href: paths.plans(), icon: ListChecks, shortcut: "goPlans" },
  { label: "Insights", href: paths.insights(), icon: ChartNoAxesCombined, shortcut: "goInsights" },
  { label: "Activity", href: paths.activity(), icon: ScrollText, shortcut: "goActivity", notOnPhones: true },
  { label: "Settings", href: paths.settings(), icon: Settings, shortcut: "goSettings" },
];
