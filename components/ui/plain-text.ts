/** A program's own words as text: colour codes, also those whose escape was replaced on the way, and other control characters are of no use here and can hide text. */
export function withoutControls(text: string): string {
  return text
    .replace(/[\u001b\ufffd]\[[0-9;?]*[ -/]*[@-~]/g, "")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�");
}
