import type { Failure } from "#domain/failure.ts";

const shownMax = 20;

/** Why a scenario was refused: a line for each problem, with its path in the file. */
export function ScenarioProblems({ name, failure }: { name: string; failure: Failure }) {
  const { message, problems } = failure;
  return (
    <div role="alert" className="flex flex-col gap-1.5 rounded-md border border-line border-l-4 border-l-bad px-4 py-3 text-sm">
      <p className="break-words font-medium">
        {name}: {message}
      </p>
      {problems.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {problems.slice(0, shownMax).map(({ field, message: why }) => (
            <li key={field} className="break-words text-ink-soft">
              {field ? <code className="mr-2 rounded-sm bg-sunken px-1 py-0.5 font-mono text-ink text-xs">{field}</code> : null}
              {why}
            </li>
          ))}
        </ul>
      ) : null}
      {problems.length > shownMax ? <p className="text-ink-faint text-xs">And {problems.length - shownMax} more.</p> : null}
    </div>
  );
}
