import { joinCommand, splitCommand } from "#components/ui/split-command.ts";
import type { Release } from "#domain/release.ts";
import { type EnvRow, rowsOf, toEnv } from "./env-draft.ts";

/** A release as it is being typed. */
export interface ReleaseDraft {
  readonly name: string;
  readonly commandLine: string;
  readonly directory: string;
  readonly env: readonly EnvRow[];
}

/** Fields whose problems stand beside them. */
export const releaseFields = ["name", "command", "directory", "env"] as const;

export const emptyDraft: ReleaseDraft = { name: "", commandLine: "", directory: "", env: [] };

/** Begins where the last release stands: usually only the name and the directory change. */
export function draftFrom(release: Release | undefined): ReleaseDraft {
  if (release?.artifact.type !== "process") return emptyDraft;
  return {
    name: "",
    commandLine: joinCommand(release.artifact.command),
    directory: release.artifact.directory,
    env: rowsOf(release),
  };
}

/** What the server is asked to record. */
export function toRecordInput(draft: ReleaseDraft, service: string) {
  return {
    service,
    name: draft.name,
    command: splitCommand(draft.commandLine),
    directory: draft.directory.trim(),
    env: toEnv(draft.env),
  };
}
