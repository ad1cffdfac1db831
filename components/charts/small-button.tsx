"use client";

/** A button in a chart's own row: pressed or not. */
export function SmallButton({ pressed, onClick, children }: { pressed: boolean; onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={`touch-target h-6 rounded-sm px-2 text-xs pointer-coarse:h-8 ${pressed ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:bg-hover hover:text-ink"}`}
    >
      {children}
    </button>
  );
}
