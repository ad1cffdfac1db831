import { Kbd } from "./kbd.tsx";

interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

const groups: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] = [
  {
    title: "Everywhere",
    shortcuts: [
      { keys: ["g", "f"], does: "Go to fleets" },
      { keys: ["g", "r"], does: "Go to rollouts" },
      { keys: ["g", "p"], does: "Go to plans" },
      { keys: ["g", "s"], does: "Go to settings" },
      { keys: ["?"], does: "Show this list" },
      { keys: ["Esc"], does: "Close the topmost dialog or menu" },
    ],
  },
  {
    title: "On a rollout",
    shortcuts: [
      { keys: ["p"], does: "Pause, or resume" },
      { keys: ["a"], does: "Approve, or skip the soak" },
      { keys: ["Shift", "R"], does: "Roll back (asks first)" },
      { keys: ["Ctrl", "Enter"], does: "Confirm the open dialog" },
    ],
  },
];

/** Every key that does something, and where. */
export function ShortcutList() {
  return (
    <div className="grid gap-5">
      {groups.map((group) => (
        <section key={group.title}>
          <h3 className="mb-1.5 font-medium text-ink-faint text-xs">{group.title}</h3>
          <dl className="divide-y divide-line">
            {group.shortcuts.map((shortcut) => (
              <div key={shortcut.does} className="flex min-h-8 items-center justify-between gap-4 py-1 text-sm">
                <dt>{shortcut.does}</dt>
                <dd className="flex gap-1">
                  {shortcut.keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
