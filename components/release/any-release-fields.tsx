import type { ShownFailure } from "#hooks/failure.ts";
import type { AnyDraft } from "./any-draft.ts";
import { ImageFields } from "./image-fields.tsx";
import { ReleaseFields } from "./release-fields.tsx";

interface AnyReleaseFieldsProps {
  readonly draft: AnyDraft;
  readonly onChange: (draft: AnyDraft) => void;
  readonly failure: ShownFailure | null;
}

/** What a release is, in the fields of its kind. */
export function AnyReleaseFields({ draft, onChange, failure }: AnyReleaseFieldsProps) {
  if (draft.kind === "process")
    return <ReleaseFields draft={draft.fields} onChange={(fields) => onChange({ kind: "process", fields })} failure={failure} />;
  return <ImageFields draft={draft.fields} onChange={(fields) => onChange({ kind: "container", fields })} failure={failure} />;
}
