import type { Release } from "#domain/release.ts";
import type { DockerEngine } from "#domain/settings/docker.ts";
import { repeatedKey } from "./env-draft.ts";
import { emptyImage, type ImageDraft, imageDraftFrom, imageFields, toImageInput } from "./image-draft.ts";
import { draftFrom, emptyDraft, type ReleaseDraft, releaseFields, toRecordInput } from "./release-draft.ts";

/** A release as it is being typed, of whichever kind the fleet's driver starts. */
export type AnyDraft = { readonly kind: "process"; readonly fields: ReleaseDraft } | { readonly kind: "container"; readonly fields: ImageDraft };
export type ReleaseKind = AnyDraft["kind"];

export function emptyOf(kind: ReleaseKind): AnyDraft {
  return kind === "process" ? { kind, fields: emptyDraft } : { kind, fields: emptyImage };
}

/** Begins where the last release stands. */
export function anyDraftFrom(kind: ReleaseKind, release: Release | undefined): AnyDraft {
  return kind === "process" ? { kind, fields: draftFrom(release) } : { kind, fields: imageDraftFrom(release) };
}

/** Fields whose problems stand beside them, by the server's names. */
export function fieldsOf({ kind }: Pick<AnyDraft, "kind">): readonly string[] {
  return kind === "process" ? releaseFields : [...Object.values(imageFields), "env"];
}

/** The name of a variable that stands there twice. */
export function repeatedVariable({ fields }: AnyDraft): string | null {
  return repeatedKey(fields.env);
}

export type AnyInput =
  | { readonly kind: "process"; readonly input: ReturnType<typeof toRecordInput> }
  | { readonly kind: "container"; readonly input: ReturnType<typeof toImageInput> };

/** What the server is asked to record. `engine` is where a tag is looked up while no fleet of the service knows one. */
export function toAnyInput(draft: AnyDraft, service: string, engine?: DockerEngine): AnyInput {
  if (draft.kind === "process") return { kind: "process", input: toRecordInput(draft.fields, service) };
  return { kind: "container", input: toImageInput(draft.fields, service, engine) };
}
