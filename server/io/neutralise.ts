/** Hostile input made harmless to show and store: no control characters, and none that turn the direction of text. */
export function neutralise(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .replace(/^\ufffd+/, "");
}
