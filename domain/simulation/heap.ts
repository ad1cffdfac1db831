/** What is due next: values by time, and at the same time in the order in which they were put in. */
export interface Heap<Value> {
  readonly entries: Entry<Value>[];
  pushed: number;
}

interface Entry<Value> {
  readonly at: number;
  readonly order: number;
  readonly value: Value;
}

export function createHeap<Value>(): Heap<Value> {
  return { entries: [], pushed: 0 };
}

/** When the next value is due; infinity when there is none. */
export function dueAt(heap: Heap<unknown>): number {
  return heap.entries[0]?.at ?? Number.POSITIVE_INFINITY;
}

export function push<Value>(heap: Heap<Value>, at: number, value: Value): void {
  const { entries } = heap;
  const entry = { at, order: heap.pushed, value };
  heap.pushed += 1;
  let index = entries.length;
  entries.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = entries[parent] as Entry<Value>;
    if (isBefore(above, entry)) break;
    entries[index] = above;
    index = parent;
  }
  entries[index] = entry;
}

/** Takes out the value that is due first, if it is due by `until`. */
export function takeDue<Value>(heap: Heap<Value>, until: number): Value | undefined {
  const { entries } = heap;
  const [first] = entries;
  if (first === undefined || first.at > until) return undefined;
  const last = entries.pop() as Entry<Value>;
  if (entries.length > 0) sink(entries, last);
  return first.value;
}

function sink<Value>(entries: Entry<Value>[], entry: Entry<Value>): void {
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= entries.length) break;
    const right = left + 1;
    const isRightFirst = right < entries.length && isBefore(entries[right] as Entry<Value>, entries[left] as Entry<Value>);
    const child = isRightFirst ? right : left;
    if (isBefore(entry, entries[child] as Entry<Value>)) break;
    entries[index] = entries[child] as Entry<Value>;
    index = child;
  }
  entries[index] = entry;
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
