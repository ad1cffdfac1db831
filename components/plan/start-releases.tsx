"use client";

import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import type { Release } from "#domain/release.ts";
import { type ConfigurationChange, diffConfiguration, diffReleases, shortDigest } from "./release-diff.ts";

const keysShownMax = 12;

/** The release that runs beside the one that would. */
export function StartReleases({ current, incoming }: { current: Release | null; incoming: Release }) {
  const configuration = current ? diffConfiguration(current.env, incoming.env) : [];
  const same = current?.releaseId === incoming.releaseId;
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-2">
        <ReleaseCell label="Runs now" release={current} swatch="bg-release-old" />
        <ReleaseCell label="Incoming" release={incoming} swatch="bg-release-new" />
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {diffReleases(current, incoming).map((change) => (
          <Row key={change.what} label={change.what}>
            <span className="break-all font-mono text-xs">
              <span className="text-ink-faint">{change.before}</span> → {change.after}
            </span>
          </Row>
        ))}
        <Row label="Configuration">
          {!current ? (
            "nothing to compare with"
          ) : same ? (
            "the same release"
          ) : configuration.length === 0 ? (
            "no key changed"
          ) : (
            <Keys changes={configuration} />
          )}
        </Row>
      </dl>
    </div>
  );
}

function ReleaseCell({ label, release, swatch }: { label: string; release: Release | null; swatch: string }) {
  return (
    <div className="min-w-0 bg-surface px-3 py-2.5">
      <p className="flex items-center gap-1.5 text-ink-faint text-xs">
        <span aria-hidden className={`size-2 rounded-sm ${swatch}`} />
        {label}
      </p>
      <p className="truncate font-semibold text-base">{release?.name ?? "nothing yet"}</p>
      {release ? <p className="truncate font-mono text-ink-soft text-xs">{shortDigest(release.digest)}</p> : null}
    </div>
  );
}

function Keys({ changes }: { changes: readonly ConfigurationChange[] }) {
  return (
    <ul className="flex flex-wrap gap-1">
      {changes.slice(0, keysShownMax).map(({ key, change }) => (
        <li key={key}>
          <Badge tone={change === "changed" ? "neutral" : "outline"} className="max-w-72">
            <span className="truncate font-mono">{key}</span> {change}
          </Badge>
        </li>
      ))}
      {changes.length > keysShownMax ? <li className="text-ink-faint text-xs leading-5">and {changes.length - keysShownMax} more</li> : null}
    </ul>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint leading-5">{label}</dt>
      <dd className="min-w-0 leading-5">{children}</dd>
    </>
  );
}
