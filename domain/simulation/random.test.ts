import { describe, expect, test } from "vitest";
import { createHeap, dueAt, push, takeDue } from "./heap.ts";
import { createRandom } from "./random.ts";

describe("random numbers", () => {
  test("are the same for the same seed, and others for another", () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test("are spread evenly", () => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 50_000; draw += 1) {
      const index = random.integer(5);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    const lucky = Array.from({ length: 10_000 }, () => random.isLucky(0.1)).filter(Boolean).length;
    expect(Math.abs(lucky - 1_000)).toBeLessThan(120);
  });
});

describe("what is due next", () => {
  test("comes by time, and at one time in its order", () => {
    const random = createRandom(3);
    const heap = createHeap<{ at: number; index: number }>();
    const all = Array.from({ length: 500 }, (_, index) => ({ at: random.integer(40), index }));
    for (const one of all) push(heap, one.at, one);
    expect(dueAt(heap)).toBe(0);
    const taken = Array.from({ length: 500 }, () => takeDue(heap, 40));
    expect(taken).toEqual([...all].sort((a, b) => a.at - b.at || a.index - b.index));
    expect(dueAt(heap)).toBe(Number.POSITIVE_INFINITY);
  });

  test("is left where it is until it is due", () => {
    const heap = createHeap<string>();
    push(heap, 5, "later");
    expect(takeDue(heap, 4)).toBeUndefined();
    expect(takeDue(heap, 5)).toBe("later");
  });
});
