import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { ScrollArea } from "#components/ui/scroll-area.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ShownFailure } from "#hooks/failure.ts";
import { compareContainers, type Difference } from "./adoption.ts";
import type { Adoption } from "./connect-draft.ts";

interface AdoptionPanelProps {
  readonly adoption: Adoption;
  readonly engineUrl: string;
  readonly onChoose: (difference: Difference, words: string) => void;
  readonly onUndo: () => void;
  readonly failure: ShownFailure | null;
}

const namesShownMax = 3;
const problemsShownMax = 5;

/** Which containers will be the instances, what of them the form could not take, and what has to be chosen. */
export function AdoptionPanel({ adoption, engineUrl, onChoose, onUndo, failure }: AdoptionPanelProps) {
  const { containers, chosen } = adoption;
  const { differences, secrets, notCarried } = compareContainers(containers, engineUrl);
  const mine = (failure?.problems ?? []).filter(({ field }) => field.startsWith("driver.adopted") || field === "driver.reach");
  const problems = [...new Set(mine.map(({ message }) => message))];
  const whose = (names: readonly string[]) => (names.length === containers.length || names.length === 0 ? "" : ` (${shortList(names)})`);
  return (
    <section aria-label="Containers to adopt" className="grid gap-3 rounded-md border border-line p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h4 className="font-medium text-sm">{formatCount(containers.length, "container")} to adopt</h4>
        <Button size="small" onClick={onUndo}>
          Do not adopt
        </Button>
      </div>
      <p className="text-ink-soft text-sm">
        They become the instances as they are, and nothing touches them. The first rollout replaces them one by one by the fleet's own, made as the
        first release says: it was filled in from them.
      </p>
      <ScrollArea label="Which container becomes which instance" className="max-h-32">
        <ol className="flex flex-wrap gap-x-4 gap-y-1 font-mono text-xs">
          {containers.map(({ id, name }, index) => (
            <li key={id} className="break-all">
              <span className="text-ink-faint">i{index}</span> {name}
            </li>
          ))}
        </ol>
      </ScrollArea>
      {differences.length > 0 ? (
        <div className="grid gap-3">
          <p className="text-sm">They are not made alike. Choose what the release says:</p>
          {differences.map((difference) => (
            <Field key={difference.what} label={difference.what}>
              <Select
                value={chosen[difference.what] ?? null}
                onValueChange={(words) => onChoose(difference, words)}
                options={difference.choices.map(({ words, names }) => ({ value: words, label: `${words}${whose(names)}` }))}
              />
            </Field>
          ))}
        </div>
      ) : null}
      {secrets.length > 0 ? (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          <span className="break-all font-mono">{secrets.join(", ")}</span> {secrets.length === 1 ? "seems to be a secret" : "seem to be secrets"}:
          what the containers have was not read. Say at the first release where {secrets.length === 1 ? "it is" : "each is"}.
        </p>
      ) : null}
      {notCarried.length > 0 ? (
        <div className="grid gap-1 text-sm">
          <p className="font-medium">Not carried over to the fleet's own</p>
          <ul className="list-disc pl-5 text-ink-soft">
            {notCarried.map(({ note, names }) => (
              <li key={note} className="break-words">
                {note}
                {whose(names)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {problems.slice(0, problemsShownMax).map((message) => (
        <FormProblem key={message} message={message} />
      ))}
      {problems.length > problemsShownMax ? (
        <p className="text-bad text-sm">And {formatCount(problems.length - problemsShownMax, "more problem")}.</p>
      ) : null}
    </section>
  );
}

function shortList(names: readonly string[]): string {
  const more = names.length - namesShownMax;
  return `${names.slice(0, namesShownMax).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
