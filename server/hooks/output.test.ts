import { expect, test } from "vitest";
import { createTail, outputBytesMax } from "./output.ts";

test("of what is written the last is kept", () => {
  const tail = createTail();
  for (let line = 0; line < 5_000; line += 1) tail.add(Buffer.from(`line ${line}\n`));
  expect(tail.text().length).toBeLessThanOrEqual(outputBytesMax);
  expect(tail.text()).toMatch(/line 4999\n$/);
});
