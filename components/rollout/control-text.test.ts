import { describe, expect, test } from "vitest";
import { rolloutAfter, wholeUpdate } from "#domain/engine/rollout-testing.ts";
import type { RolloutFact } from "#domain/event.ts";
import { isAnswered, type PendingCommand } from "#hooks/use-command.ts";
import { describeControl, resumeNeedsDialog, resumeNeedsReason } from "./control-text.ts";
import { dialogWords } from "./dialog-words.ts";
import { evidenceOf, wholeOf } from "./evidence-testing.ts";

const opened: RolloutFact = { type: "batch.opened", batch: 1, instanceIds: ["i0"] };
const [begun] = wholeUpdate("i0", 1) as [RolloutFact];
const paused = (cause: "person" | "failures" | "evidence" | "resources"): RolloutFact => ({ type: "rollout.paused", cause, message: "i4 failed." });
describe("requested against effective", () => {
  const asked: PendingCommand = { type: "pause", instanceId: null, askedAt: 5_000, seq: null };

  test("a pause that is not answered yet", () => {
    expect(describeControl(rolloutAfter([opened, begun]).rollout, asked, 5_300)).toBe("Pause requested 0.3 s ago, 1 in flight");
  });

  test.each<[string, readonly RolloutFact[], string | null]>([
    ["running, something in flight", [opened, begun], "1 in flight"],
    ["running, nothing in flight", [opened], null],
    ["paused while something finishes", [opened, begun, paused("person")], "Pausing: i0 still in flight"],
    ["paused", [opened, paused("person")], "Paused, nothing in flight"],
    ["stopping", [opened, begun, { type: "rollout.stopping", cause: "person", message: "" }], "Stopping: i0 still in flight"],
  ])("%s", (_name, facts, text) => {
    expect(describeControl(rolloutAfter(facts).rollout, null, 0)).toBe(text);
  });

  test("it is answered when its event has been folded in, not when the server has replied", () => {
    const { rollout } = rolloutAfter([opened]);
    expect(isAnswered(asked, rollout)).toBe(false);
    expect(isAnswered({ ...asked, seq: rollout.seq + 1 }, rollout)).toBe(false);
    expect(isAnswered({ ...asked, seq: rollout.seq }, rollout)).toBe(true);
  });
});

describe("what is asked before going on", () => {
  test.each<[string, readonly RolloutFact[], boolean, boolean]>([
    ["a person's pause is plain", [paused("person")], false, false],
    ["a pause for failures is looked at", [paused("failures")], true, false],
    ["bad evidence needs a reason", [{ type: "evidence.changed", evidence: evidenceOf({ state: "bad" }) }, paused("evidence")], true, true],
    ["a blind pause needs a reason", [{ type: "evidence.changed", evidence: evidenceOf({ state: "blind" }) }, paused("evidence")], true, true],
    ["a pause over resources needs a reason", [paused("resources")], true, true],
    ["blind meanwhile does not", [{ type: "evidence.changed", evidence: evidenceOf({ state: "blind" }) }, paused("person")], false, false],
  ])("%s", (_name, facts, dialog, reason) => {
    const { rollout } = rolloutAfter(facts);
    expect(resumeNeedsDialog(rollout, null)).toBe(dialog);
    expect(resumeNeedsReason(rollout, null)).toBe(reason);
  });

  test("going on wants a reason once the evidence leans towards worse", () => {
    const settled: RolloutFact = { type: "batch.settled", batch: 1, failed: [] };
    const calm = wholeOf([evidenceOf()], 1.4);
    const leaning = wholeOf([evidenceOf({ lnE: Math.log(5) })], 5);
    const { rollout } = rolloutAfter([opened, ...wholeUpdate("i0", 1), settled]);
    for (const type of ["approve", "skipSoak"] as const) {
      expect(dialogWords(type, rollout, calm, 0)).toMatchObject({ reasonNeeded: false, showEvidence: true });
      expect(dialogWords(type, rollout, leaning, 0)).toMatchObject({ reasonNeeded: true, showEvidence: true });
    }
    const held = rolloutAfter([paused("person")]).rollout;
    expect(resumeNeedsDialog(held, calm)).toBe(false);
    expect(resumeNeedsDialog(held, leaning)).toBe(true);
    expect(dialogWords("resume", held, leaning, 0)).toMatchObject({
      reasonNeeded: true,
      danger: false,
      warning: expect.stringContaining("goes on judging"),
    });
  });
});

describe("the words of a confirmation", () => {
  test("rolling back counts what goes back and names the floor", () => {
    const words = dialogWords("rollBack", rolloutAfter([opened, ...wholeUpdate("i0", 1)]).rollout, null, 0);
    expect(words.title).toBe("Roll back to 1.0?");
    expect(words.confirm).toBe("Roll back 1 instance");
    expect(words.effects[0]).toBe("1 instance goes back to 1.0, up to 1 at a time; at least 3 of 4 serve throughout.");
    expect(words.reasonNeeded).toBe(true);
  });

  test("cancelling says in red what stays", () => {
    const words = dialogWords("cancel", rolloutAfter([opened, begun]).rollout, null, 0);
    expect(words.effects).toEqual(["1 instance in flight finishes, then it stops."]);
    expect(words.warning).toBe("The fleet stays on mixed releases: about 1 of 4 on 1.1, the rest on 1.0.");
  });

  test("skipping a soak says how much of it is left", () => {
    const settled: RolloutFact = { type: "batch.settled", batch: 1, failed: [] };
    const { rollout } = rolloutAfter([opened, ...wholeUpdate("i0", 1), settled]);
    expect(dialogWords("skipSoak", rollout, null, 18_000).effects[0]).toBe("The 1 instance of this batch is not watched for the 50 s that are left.");
  });

  test("an ended rollout is taken back by a new one", () => {
    const ended: RolloutFact = { type: "rollout.ended", status: "succeeded", message: "", failed: [] };
    const words = dialogWords("rollBack", rolloutAfter([opened, ...wholeUpdate("i0", 1), ended]).rollout, null, 0);
    expect(words.effects[0]).toMatch(/^This rollout has ended. A new one brings 1 instance back to 1.0, up to 1 at a time/);
    expect(words.effects[1]).toContain("After it 1.1 is held for this fleet");
    expect(words.rollBackInstead).toBe(false);
  });

  test("what is queued is taken out without a word of mixed releases", () => {
    const queued = { ...rolloutAfter([]).rollout, status: "queued" as const, queue: { behind: "r0", isReleased: false, approval: null } };
    expect(dialogWords("cancel", queued, null, 0)).toMatchObject({ warning: null, danger: false, rollBackInstead: false });
    expect(dialogWords("resume", queued, null, 0).effects[1]).toBe("It starts as soon as that one has ended, whatever it came to.");
    const asking = { ...queued, waiting: [{ reason: "other-rollout" as const, detail: "The rollout to 1.0 ended cancelled." }] };
    expect(dialogWords("resume", asking, null, 0).effects).toEqual(["The rollout to 1.0 ended cancelled.", "It starts at once."]);
  });
});
