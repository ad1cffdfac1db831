import { cn } from "#components/ui/cn.ts";
import type { FleetSummary } from "#domain/live.ts";

const fills = ["bg-release-new", "bg-release-old", "bg-release-third", "bg-release-fourth"] as const;

interface ReleaseBarProps {
  readonly releases: FleetSummary["releases"];
  /** Name of the release that the fleet moves to, or last moved to: it has the new release's colour. */
  readonly target: string | null;
  readonly className?: string;
}

/** Which releases the instances run: a split bar, and the same in words. */
export function ReleaseBar({ releases, target, className }: ReleaseBarProps) {
  const total = releases.reduce((sum, release) => sum + release.count, 0);
  if (total === 0) return <span className="text-ink-faint">nothing runs</span>;
  const shown = colourReleases(releases, target);
  return (
    <div className={cn("min-w-32", className)}>
      <div aria-hidden className="flex h-1.5 gap-px overflow-hidden rounded-full">
        {shown.map(({ name, count, fill }) => (
          <div key={name} className={fill} style={{ flexGrow: count }} />
        ))}
      </div>
      <p className="numbers mt-1 flex flex-wrap gap-x-3 text-xs">
        {shown.map(({ name, count, fill }) => (
          <span key={name} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className={cn("size-2 rounded-full", fill)} />
            <span className="max-w-32 truncate font-medium">{name}</span>
            <span className="text-ink-soft">{Math.round((count / total) * 100)} %</span>
          </span>
        ))}
      </p>
    </div>
  );
}

/** The target first in the new colour, the others by size; beyond four they share one entry. */
export function colourReleases(releases: FleetSummary["releases"], target: string | null) {
  const first = releases.find((release) => release.name === target) ?? releases[0];
  const others = releases.filter((release) => release !== first);
  const named = first ? [first, ...others.slice(0, others.length > 3 ? 2 : 3)] : [];
  const rest = others.slice(named.length - 1);
  const entries = named.map(({ name, count }) => ({ name, count }));
  if (rest.length > 0) entries.push({ name: `${rest.length} others`, count: rest.reduce((sum, release) => sum + release.count, 0) });
  return entries.map((entry, position) => ({ ...entry, fill: fills[position] ?? "bg-release-fourth" }));
}
