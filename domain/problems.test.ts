import { expect, test } from "vitest";
import { Plan } from "./plan.ts";
import { problemsOf } from "./problems.ts";

const cases: readonly { readonly name: string; readonly plan: unknown; readonly field: string; readonly says: RegExp }[] = [
  { name: "a percentage above 100", plan: { batches: ["250%"] }, field: "batches.0", says: /percentage/ },
  { name: "a batch of nothing", plan: { batches: [1, 0] }, field: "batches.1", says: /at least 1 instance/ },
  { name: "a batch object with a negative soak", plan: { batches: [{ size: 1, soak: "-1" }] }, field: "batches.0.soak", says: /duration/ },
  { name: "a misspelt field", plan: { maxUnavailabel: 1 }, field: "maxUnavailabel", says: /not a field/ },
  { name: "a soak of -1", plan: { soak: "-1" }, field: "soak", says: /duration/ },
];

test.each(cases)("names the field of $name", ({ plan, field, says }) => {
  const result = Plan.safeParse(plan);
  const problems = result.success ? [] : problemsOf(result.error);
  expect(problems.map((problem) => problem.field)).toEqual([field]);
  expect(problems[0]?.message).toMatch(says);
});
