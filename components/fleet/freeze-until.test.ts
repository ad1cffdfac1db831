import { expect, test } from "vitest";
import { freezeUntil } from "./freeze-until.ts";

const evening = new Date(2026, 10, 26, 22, 15, 30).getTime();

test("an hour is an hour", () => expect(freezeUntil("hour", evening)).toBe(evening + 3_600_000));
test("tomorrow is eight o'clock on the reader's clocks", () => expect(freezeUntil("morning", evening)).toBe(new Date(2026, 10, 27, 8).getTime()));
test("just after midnight tomorrow is the next day still", () =>
  expect(freezeUntil("morning", new Date(2026, 10, 27, 0, 1).getTime())).toBe(new Date(2026, 10, 28, 8).getTime()));
test("an open end has none", () => expect(freezeUntil("open", evening)).toBeNull());
