/** Every key that does something, in one table: what listens, the list of shortcuts and the palette read the same. */

export interface Shortcut {
  readonly group: "Everywhere" | "In a list" | "On a rollout" | "In a dialog";
  readonly does: string;
  /** As react-hotkeys-hook reads it: `mod+k`, `shift+r`, or one key after another, `g>f`. */
  readonly keys: string;
  /** Not to be given another key: the browser or the dialog itself answers it. */
  readonly fixed?: true;
}

export const shortcuts = {
  palette: { group: "Everywhere", does: "Search for a page or an action", keys: "mod+k" },
  goFleets: { group: "Everywhere", does: "Go to fleets", keys: "g>f" },
  goRollouts: { group: "Everywhere", does: "Go to rollouts", keys: "g>r" },
  goPlans: { group: "Everywhere", does: "Go to plans", keys: "g>p" },
  goInsights: { group: "Everywhere", does: "Go to insights", keys: "g>i" },
  goActivity: { group: "Everywhere", does: "Go to the activity", keys: "g>a" },
  goSettings: { group: "Everywhere", does: "Go to settings", keys: "g>s" },
  pauseUpdates: { group: "Everywhere", does: "Hold the page still, or let it go on", keys: "mod+." },
  list: { group: "Everywhere", does: "Show this list", keys: "?" },
  filter: { group: "In a list", does: "Filter", keys: "/" },
  nextRow: { group: "In a list", does: "Next row", keys: "j" },
  previousRow: { group: "In a list", does: "Previous row", keys: "k" },
  openRow: { group: "In a list", does: "Open", keys: "enter", fixed: true },
  pause: { group: "On a rollout", does: "Pause, or resume", keys: "p" },
  approve: { group: "On a rollout", does: "Approve, or skip the soak", keys: "a" },
  rollBack: { group: "On a rollout", does: "Roll back (asks first)", keys: "shift+r" },
  previousBatch: { group: "On a rollout", does: "Only the batch before", keys: "[" },
  nextBatch: { group: "On a rollout", does: "Only the batch after", keys: "]" },
  matrix: { group: "On a rollout", does: "To the instances", keys: "m" },
  charts: { group: "On a rollout", does: "To the charts", keys: "c" },
  log: { group: "On a rollout", does: "To the events", keys: "l" },
  follow: { group: "On a rollout", does: "Follow the newest event", keys: "f" },
  window1: { group: "On a rollout", does: "Charts of 5 minutes", keys: "1" },
  window2: { group: "On a rollout", does: "Charts of 15 minutes", keys: "2" },
  window3: { group: "On a rollout", does: "Charts of the whole rollout", keys: "3" },
  confirm: { group: "In a dialog", does: "Confirm", keys: "mod+enter", fixed: true },
  close: { group: "In a dialog", does: "Close the topmost dialog or menu", keys: "escape", fixed: true },
} as const satisfies Readonly<Record<string, Shortcut>>;

export type ShortcutId = keyof typeof shortcuts;
export const shortcutIds = Object.keys(shortcuts) as ShortcutId[];

/** What a person changed. Kept in the browser. */
export interface ShortcutChoice {
  /** Keys without Ctrl, Command or Alt do something: somebody who dictates may not want that (WCAG 2.1.4). */
  readonly singleKeys: boolean;
  readonly keys: Readonly<Partial<Record<ShortcutId, string>>>;
}

export const defaultChoice: ShortcutChoice = { singleKeys: true, keys: {} };

export function shortcutOf(id: ShortcutId): Shortcut {
  return shortcuts[id];
}

/** The keys that call it now; null while it is switched off. */
export function keysOf(id: ShortcutId, { singleKeys, keys }: ShortcutChoice): string | null {
  const shortcut = shortcutOf(id);
  const bound = shortcut.fixed ? shortcut.keys : (keys[id] ?? shortcut.keys);
  return singleKeys || shortcut.fixed || isWithModifier(bound) ? bound : null;
}

function isWithModifier(keys: string): boolean {
  return /^(mod|ctrl|alt|meta)\+/.test(keys);
}

/** The shortcut that these keys would collide with: the same keys, or one that begins with the other. */
export function collisionOf(id: ShortcutId, keys: string, choice: ShortcutChoice): ShortcutId | null {
  const collides = (other: ShortcutId) => {
    const bound = choice.keys[other] ?? shortcutOf(other).keys;
    return bound === keys || bound.startsWith(`${keys}>`) || keys.startsWith(`${bound}>`);
  };
  return shortcutIds.find((other) => other !== id && collides(other)) ?? null;
}

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The keys of one press as this table writes them; null for what cannot be a shortcut: a lone modifier, a key that moves the focus. */
export function keysPressed({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string | null {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Tab", "Enter", "Escape", " ", "Unidentified"].includes(key)) return null;
  const name = key.toLowerCase();
  // A comma parts two shortcuts and a plus two keys, where keys are read.
  if ([",", "+", ">"].includes(name) || name.startsWith("arrow")) return null;
  const isLetter = /^[a-z]$/.test(name);
  return [ctrlKey || metaKey ? "mod" : "", altKey ? "alt" : "", shiftKey && (isLetter || name.length > 1) ? "shift" : "", name]
    .filter(Boolean)
    .join("+");
}

const names: Readonly<Record<string, string>> = { shift: "Shift", enter: "Enter", escape: "Esc", alt: "Alt" };

/** What is printed on the keys. */
export function keyNames(keys: string, isApple: boolean): readonly string[] {
  return keys.split(/[+>]/).map((key) => {
    if (key === "mod") return isApple ? "⌘" : "Ctrl";
    return names[key] ?? (keys.includes("+") ? key.toUpperCase() : key);
  });
}

/** Reads what the browser kept; whatever does not fit is left out. */
export function parseChoice(text: string | null): ShortcutChoice {
  let kept: unknown = null;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    // Somebody else wrote it: the defaults hold.
  }
  if (typeof kept !== "object" || kept === null) return defaultChoice;
  const { singleKeys, keys } = kept as { singleKeys?: unknown; keys?: unknown };
  const given = typeof keys === "object" && keys !== null ? Object.entries(keys) : [];
  const known = given.filter((entry): entry is [ShortcutId, string] => entry[0] in shortcuts && typeof entry[1] === "string");
  return { singleKeys: singleKeys !== false, keys: Object.fromEntries(known) };
}
