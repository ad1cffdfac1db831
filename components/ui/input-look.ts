export const controlLook =
  "w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-ink text-sm placeholder:text-ink-faint hover:border-ink-faint focus-visible:border-accent focus-visible:outline-offset-0 data-invalid:border-bad data-disabled:opacity-60";

/** Of what is typed into. Phones zoom in on text of less than 16 px there. */
export const inputLook = `${controlLook} pointer-coarse:text-lg`;
