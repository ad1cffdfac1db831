/** A key, as printed on it. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-strong border-b-2 bg-surface px-1 font-sans text-ink-soft text-xs">
      {children}
    </kbd>
  );
}
