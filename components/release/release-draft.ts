import { joinCommand, splitCommand } from "#components/ui/split-command.ts";
import type { Release } from "#domain/release.ts";

/** One variable as it is being typed. */
export interface EnvRow {
  readonly row: number;
  readonly key: string;
  readonly value: string;
  /** The value is where a secret is, not the secret. */
  readonly isSecret: boolean;
}

/** A release as it is being typed. */
export interface ReleaseDraft {
  readonly name: string;
  readonly commandLine: string;
  readonly directory: string;
  readonly env: readonly EnvRow[];
}

export const emptyDraft: ReleaseDraft = { name: "", commandLine: "", directory: "", env: [] };

/** Begins where the last release stands: usually only the name and the directory change. */
export function draftFrom(release: Release | undefined): ReleaseDraft {
  if (!release) return emptyDraft;
  return {
    name: "",
    commandLine: joinCommand(release.artifact.command),
    directory: release.artifact.directory,
    env: Object.entries(release.env).map(([key, value], row) => ({
      row,
      key,
      value: typeof value === "string" ? value : value.secret,
      isSecret: typeof value !== "string",
    })),
  };
}

/** What the server is asked to record. Rows left wholly empty do not count. */
export function toRecordInput(draft: ReleaseDraft, service: string) {
  const rows = draft.env.filter(({ key, value }) => key !== "" || value !== "");
  return {
    service,
    name: draft.name,
    command: splitCommand(draft.commandLine),
    directory: draft.directory.trim(),
    env: Object.fromEntries(rows.map(({ key, value, isSecret }) => [key, isSecret ? { secret: value.trim() } : value])),
  };
}

/** Two rows with one name would silently become one. */
export function repeatedKey(draft: ReleaseDraft): string | null {
  const seen = new Set<string>();
  for (const { key } of draft.env) {
    if (key !== "" && seen.has(key)) return key;
    seen.add(key);
  }
  return null;
}
