import { History } from "lucide-react";
import { formatClock } from "#components/charts/format-figure.ts";
import { Button } from "#components/ui/button.tsx";

interface PastNoticeProps {
  readonly moment: number;
  readonly onBack: () => void;
}

/** Says that the page shows what was, and leads back. */
export function PastNotice({ moment, onBack }: PastNoticeProps) {
  return (
    <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md border border-accent bg-accent-soft px-3 py-2 text-sm">
      <History aria-hidden className="size-4 shrink-0 text-accent" />
      <span className="numbers min-w-0 flex-1 basis-52">
        You are looking at <strong className="font-semibold">{formatClock(moment)}</strong>, not at now. Nothing can be changed here.
      </span>
      <Button size="small" onClick={onBack}>
        Back to now
      </Button>
    </p>
  );
}
