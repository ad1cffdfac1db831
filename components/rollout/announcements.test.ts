import { describe, expect, test } from "vitest";
import { eventTone, filterEvents } from "#components/instance/event-look.ts";
import { rolloutAfter, wholeUpdate } from "#domain/engine/rollout-testing.ts";
import type { RolloutFact } from "#domain/event.ts";
import { announce, announceConnection } from "./announcements.ts";
import { evidenceOf } from "./evidence-testing.ts";

const opened: RolloutFact = { type: "batch.opened", batch: 1, instanceIds: ["i0"] };
const turned: RolloutFact = { type: "rollback.started", cause: "evidence", message: "1.1 fails more often." };

describe("announcements", () => {
  const said = (facts: readonly RolloutFact[], from: number) => {
    const { rollout, events } = rolloutAfter(facts);
    return announce(events.slice(from), rollout, 0);
  };

  test("many small events are one polite count", () => {
    const announcements = said([opened, ...wholeUpdate("i0", 1)], 3);
    expect(announcements).toHaveLength(1);
    expect(announcements[0]).toMatchObject({ urgent: false });
    expect(announcements[0]?.text).toMatch(/^5 new events\. /);
  });

  test("a milestone is named instead of counted", () => {
    expect(said([opened, ...wholeUpdate("i0", 1).slice(0, 1)], 2)[0]?.text).toMatch(/^Batch 1 opened: i0\. /);
  });

  test("the start of a rollback interrupts, with its reason", () => {
    const [first] = said([opened, turned], 3);
    expect(first?.urgent).toBe(true);
    expect(first?.text).toContain("1.1 fails more often.");
  });

  test("bad evidence interrupts, names every metric and gives the numbers of the first", () => {
    const evidence = evidenceOf({ state: "bad", metric: "latency-p99", thresholdMs: 23, new: { failed: 80, total: 1_000 } });
    const [first] = said([opened, { type: "evidence.changed", evidence, others: [evidenceOf({ state: "bad" })] }], 3);
    expect(first).toEqual({
      urgent: true,
      text: "Evidence on latency p99 and errors is bad: the new release took longer than 23 ms for 80 of 1,000 requests, the old one 9 of 9,000 (latency p99)",
    });
  });

  test("a lost connection interrupts once; its return is said calmly", () => {
    expect(announceConnection("reconnecting", "live")?.urgent).toBe(true);
    expect(announceConnection("stale", "reconnecting")).toBeNull();
    expect(announceConnection("live", "reconnecting")?.urgent).toBe(false);
    expect(announceConnection("live", "live")).toBeNull();
  });
});

describe("the log's filter", () => {
  const { rollout, events } = rolloutAfter([
    opened,
    ...wholeUpdate("i0", 1),
    { type: "batch.settled", batch: 1, failed: [] },
    { type: "batch.opened", batch: 2, instanceIds: ["i1", "i2"] },
    ...wholeUpdate("i1", 2).slice(0, 1),
    { type: "attempt.failed", instanceId: "i1", attempt: 2, cause: "driver", message: "no answer", retryAt: null },
  ]);
  const types = (filter: "all" | "milestones" | "trouble", batch: number | null) =>
    filterEvents(events, filter, batch, rollout).map((event) => event.type);

  test("everything is everything", () => {
    expect(filterEvents(events, "all", null, rollout)).toBe(events);
  });

  test("a batch shows its own events and those of its instances", () => {
    expect(types("all", 2)).toEqual(["batch.opened", "update.started", "attempt.failed"]);
  });

  test("trouble is what went wrong", () => {
    expect(types("trouble", null)).toEqual(["attempt.failed"]);
  });

  test("milestones leave out the steps of single instances", () => {
    expect(types("milestones", 1)).toEqual(["batch.opened", "batch.settled"]);
  });

  test("a batch that settled with failures is trouble", () => {
    const [, , , failed] = rolloutAfter([opened, { type: "batch.settled", batch: 1, failed: ["i0"] }]).events;
    expect(failed && eventTone(failed)).toBe("warn");
  });
});
