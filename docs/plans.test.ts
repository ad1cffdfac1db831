import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Plan } from "#domain/plan.ts";

const page = readFileSync(new URL("./plans.md", import.meta.url), "utf8");
const whole = Plan.parse({});

/** Rows of the page's tables: the field's dotted name and the default as it is written there. */
const rows = [...page.matchAll(/^\| `([\w.]+)` \|.*\| (.+?) \|$/gm)].map(([, field = "", written = ""]) => ({ field, written }));

function valueAt(path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], whole);
}

function leavesOf(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === "" ? key : `${path}.${key}`));
}

test.each(rows.filter(({ written }) => written.startsWith("`") && written !== "`{}`"))("the default of $field is $written", ({ field, written }) => {
  expect(valueAt(field)).toEqual(JSON.parse(written.slice(1, -1)));
});

test("every field of a plan has its row", () => {
  const named = new Set(rows.map(({ field }) => field));
  expect(leavesOf(whole, "").filter((field) => !named.has(field))).toEqual([]);
  expect(rows.length).toBeGreaterThan(20);
});

test("the examples are plans", () => {
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => JSON.parse(json) as unknown);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) expect(Plan.safeParse(example).success).toBe(true);
});
