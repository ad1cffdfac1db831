const chunkSize = 64;

type Chunk<Value> = readonly Value[];

/**
 * An ordered map from a name to a value that is never changed in place: `set` copies one chunk and shares the rest, so
 * that a fact about one of ten thousand instances costs as much as one about one of ten. What is derived from a chunk can
 * be remembered by the chunk itself (`rememberByChunk`): only changed chunks are looked at again.
 */
export class Table<Value> {
  readonly #positions: ReadonlyMap<string, number>;
  readonly chunks: readonly Chunk<Value>[];

  private constructor(positions: ReadonlyMap<string, number>, chunks: readonly Chunk<Value>[]) {
    this.#positions = positions;
    this.chunks = chunks;
  }

  static from<Value>(entries: Iterable<readonly [string, Value]>): Table<Value> {
    const positions = new Map<string, number>();
    const values: Value[] = [];
    for (const [key, value] of entries) {
      const position = positions.get(key);
      if (position === undefined) positions.set(key, values.push(value) - 1);
      else values[position] = value;
    }
    const chunks: Chunk<Value>[] = [];
    for (let start = 0; start < values.length; start += chunkSize) chunks.push(values.slice(start, start + chunkSize));
    return new Table(positions, chunks);
  }

  /** The same object as long as the members are the same. */
  get members(): object {
    return this.#positions;
  }

  get size(): number {
    return this.#positions.size;
  }

  get(key: string): Value | undefined {
    const position = this.#positions.get(key);
    return position === undefined ? undefined : this.chunks[Math.floor(position / chunkSize)]?.[position % chunkSize];
  }

  /** With another value for a key; a new key comes last. */
  set(key: string, value: Value): Table<Value> {
    const position = this.#positions.get(key);
    if (position === undefined) return Table.from([...this.entries(), [key, value]]);
    const index = Math.floor(position / chunkSize);
    const chunks = [...this.chunks];
    const chunk = [...(chunks[index] ?? [])];
    chunk[position % chunkSize] = value;
    chunks[index] = chunk;
    return new Table(this.#positions, chunks);
  }

  keys(): string[] {
    return [...this.#positions.keys()];
  }

  values(): Value[] {
    return this.chunks.flat();
  }

  entries(): [string, Value][] {
    const values = this.values();
    return this.keys().map((key, index) => [key, values[index] as Value]);
  }

  /** The same members with other values. */
  map<Other>(change: (value: Value, key: string) => Other): Table<Other> {
    const keys = this.keys();
    return new Table(
      this.#positions,
      this.chunks.map((chunk, index) => chunk.map((value, offset) => change(value, keys[index * chunkSize + offset] ?? ""))),
    );
  }

  /** As a plain object, which is what JSON and a database hold. */
  toJSON(): Record<string, Value> {
    return Object.fromEntries(this.entries());
  }
}

/** Computes something of a chunk once; an unchanged chunk is not looked at again. */
export function rememberByChunk<Value, Result>(compute: (chunk: Chunk<Value>) => Result): (chunk: Chunk<Value>) => Result {
  const known = new WeakMap<Chunk<Value>, Result>();
  return (chunk) => {
    const before = known.get(chunk);
    if (before !== undefined) return before;
    const result = compute(chunk);
    known.set(chunk, result);
    return result;
  };
}
