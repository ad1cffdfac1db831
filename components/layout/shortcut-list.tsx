"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { collisionOf, defaultChoice, keysOf, keysPressed, type ShortcutId, shortcutIds, shortcutOf } from "#hooks/shortcut-table.ts";
import { setShortcutChoice, useShortcutChoice } from "#hooks/shortcuts.ts";
import { useKeyNames } from "#hooks/use-key-names.ts";

const groups = [...new Set(shortcutIds.map((id) => shortcutOf(id).group))];

/** Every key that does something, and where. With `editable` each can be given another. */
export function ShortcutList({ editable = false }: { editable?: boolean }) {
  const choice = useShortcutChoice();
  const [asking, setAsking] = useState<ShortcutId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = (id: ShortcutId | null) => {
    setAsking(id);
    setProblem(null);
  };
  const give = (id: ShortcutId, keys: string) => {
    const taken = collisionOf(id, keys, choice);
    if (taken) return setProblem(`That key belongs to “${shortcutOf(taken).does}”. Press another, or Esc.`);
    setShortcutChoice({ ...choice, keys: { ...choice.keys, [id]: keys } });
    ask(null);
  };
  return (
    <div className="grid gap-5">
      {editable ? (
        <Switch checked={choice.singleKeys} onCheckedChange={(singleKeys) => setShortcutChoice({ ...choice, singleKeys })}>
          Keys without Ctrl, ⌘ or Alt
        </Switch>
      ) : null}
      {groups.map((group) => (
        <section key={group}>
          <h3 className="mb-1.5 font-medium text-ink-faint text-xs">{group}</h3>
          <dl className="divide-y divide-line">
            {shortcutIds
              .filter((id) => shortcutOf(id).group === group)
              .map((id) => (
                <div key={id} className="flex min-h-9 items-center justify-between gap-4 py-1 text-sm">
                  <dt>
                    {shortcutOf(id).does}
                    {asking === id && problem ? (
                      <span role="alert" className="block text-bad text-xs">
                        {problem}
                      </span>
                    ) : null}
                  </dt>
                  <dd className="flex shrink-0 items-center gap-2">
                    {asking === id ? <KeyCatcher onKeys={(keys) => give(id, keys)} onStop={() => ask(null)} /> : <Keys id={id} />}
                    {editable && !shortcutOf(id).fixed && asking !== id ? (
                      <Button size="small" variant="ghost" aria-label={`Change the key of “${shortcutOf(id).does}”`} onClick={() => ask(id)}>
                        Change
                      </Button>
                    ) : null}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      {editable && Object.keys(choice.keys).length > 0 ? (
        <div>
          <Button onClick={() => setShortcutChoice({ ...defaultChoice, singleKeys: choice.singleKeys })}>All keys as they were</Button>
        </div>
      ) : null}
    </div>
  );
}

function Keys({ id }: { id: ShortcutId }) {
  const names = useKeyNames();
  const keys = keysOf(id, useShortcutChoice());
  if (keys === null) return <span className="text-ink-faint text-xs">switched off</span>;
  return (
    <span className="flex gap-1">
      {names(keys).map((name) => (
        <Kbd key={name}>{name}</Kbd>
      ))}
    </span>
  );
}

/** Takes the next press. What cannot be a shortcut is let through, so that Tab leaves it. */
function KeyCatcher({ onKeys, onStop }: { onKeys: (keys: string) => void; onStop: () => void }) {
  return (
    <input
      readOnly
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to press a key
      autoFocus
      value=""
      aria-label="Press the new key, or Esc to keep the old one"
      placeholder="Press a key…"
      className="h-7 w-28 rounded-sm border border-accent bg-surface px-2 text-center text-xs placeholder:text-ink-soft"
      onBlur={onStop}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          return onStop();
        }
        const keys = keysPressed(event);
        if (keys === null) return;
        event.preventDefault();
        onKeys(keys);
      }}
    />
  );
}
