import { expect, test } from "vitest";
import { definesCommand } from "./hook-commands.ts";
import { Plan, type PlanInput } from "./plan.ts";

const backup = { command: ["/usr/local/bin/backup", "--all"] };
const call = { webhook: "https://ci.example.com/hook" };

test.each<[string, PlanInput, PlanInput | null, boolean]>([
  ["a plan without hooks defines none", {}, null, false],
  ["a new plan with a command defines it", { hooks: { prepare: backup } }, null, true],
  ["a command on record is not defined again", { hooks: { prepare: backup }, soak: "1s" }, { hooks: { prepare: backup } }, false],
  ["nor when it moves, or has another time-out", { hooks: { finalize: { ...backup, timeout: "1m" } } }, { hooks: { prepare: backup } }, false],
  ["another argument is another command", { hooks: { prepare: { command: ["/usr/local/bin/backup"] } } }, { hooks: { prepare: backup } }, true],
  ["a URL is set like a command", { hooks: { prepare: call } }, { hooks: { prepare: backup } }, true],
  ["taking a command out defines none", {}, { hooks: { prepare: backup } }, false],
])("%s", (_, plan, known, expected) => {
  expect(definesCommand(Plan.parse(plan), known && Plan.parse(known))).toBe(expected);
});
