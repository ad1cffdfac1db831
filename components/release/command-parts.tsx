/** How a command line was understood: one chip for each argument. */
export function CommandParts({ parts }: { parts: readonly string[] }) {
  return (
    <ol aria-label="How it will be started" className="flex flex-wrap gap-1">
      {parts.map((part, position) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: arguments have no identity but their place
          key={position}
          className="max-w-full break-all rounded-sm border border-line bg-sunken px-1.5 font-mono text-ink-soft text-xs leading-5"
        >
          {part === "" ? "(empty)" : part}
        </li>
      ))}
    </ol>
  );
}
