import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { CheckStep } from "#domain/check-step.ts";

const looks = {
  ok: { tone: "ok", word: "OK" },
  doubt: { tone: "warn", word: "Look" },
  failed: { tone: "bad", word: "Failed" },
} as const satisfies Record<CheckStep["outcome"], { readonly tone: Tone; readonly word: string }>;

/** What came of trying something out, step by step. */
export function CheckSteps({ steps }: { steps: readonly CheckStep[] }) {
  return (
    <section aria-label="What the test found" aria-live="polite" className="rounded-md border border-line">
      <ol className="divide-y divide-line">
        {steps.map(({ name, outcome, message }) => (
          <li key={`${name} ${message}`} className="flex items-start gap-3 px-3 py-2 text-sm">
            <Badge tone={looks[outcome].tone} className="mt-0.5 w-14 shrink-0 justify-center">
              {looks[outcome].word}
            </Badge>
            <p className="min-w-0 break-words">
              <span className="font-medium">{name}</span> <span className="text-ink-soft">{message}</span>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
