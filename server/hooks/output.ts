/** Of what a hook writes the last is kept: errors come at the end. */
export const outputBytesMax = 16 * 1024;

/** Collects what arrives and keeps the last `outputBytesMax` bytes. */
export interface Tail {
  add(bytes: Uint8Array): void;
  text(): string;
}

export function createTail(): Tail {
  let parts: Uint8Array[] = [];
  let length = 0;
  const join = () => Buffer.concat(parts).subarray(-outputBytesMax);
  return {
    add: (bytes) => {
      parts.push(bytes);
      length += bytes.length;
      if (length < 2 * outputBytesMax) return;
      parts = [join()];
      length = outputBytesMax;
    },
    text: () => neutralise(join().toString("utf8")),
  };
}

/** Hostile input made harmless to show and store: no control characters, and none that turn the direction of text. */
export function neutralise(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .replace(/^\ufffd+/, "");
}
