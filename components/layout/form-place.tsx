/** Holds the place of a form until it is known what to ask. */
export function FormPlace({ label }: { label: string }) {
  return (
    <div role="status">
      <span className="sr-only">{label}</span>
      <div aria-hidden className="h-56 animate-breathe rounded-sm bg-hover" />
    </div>
  );
}
