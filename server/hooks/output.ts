import { neutralise } from "#server/io/neutralise.ts";

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
