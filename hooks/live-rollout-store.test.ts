import { describe, expect, test, vi } from "vitest";
import { foldEvents as foldRollout, startedWith, toEvents } from "#domain/engine/rollout-testing.ts";
import type { RolloutEvent, RolloutFact } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";
import {
  createLiveRolloutStore,
  earlierAfterSeq,
  foldEvents,
  type LiveRollout,
  prependEvents,
  type RolloutListener,
  takeSnapshot,
} from "./live-rollout-store.ts";

const rolloutId = "r1";
const facts: RolloutFact[] = [
  startedWith({}),
  { type: "rollout.prepared" },
  { type: "batch.opened", batch: 1, instanceIds: ["i0"] },
  { type: "update.started", instanceId: "i0", batch: 1, attempt: 1, direction: "forward", releaseId: "v2", startFirst: false },
  { type: "instance.drained", instanceId: "i0", attempt: 1, cut: 2, tookMs: 40 },
  { type: "instance.replaced", instanceId: "i0", attempt: 1, tookMs: 200 },
];
const events = toEvents(facts);
const at = (seq: number): Rollout => foldRollout(events.slice(0, seq));
const liveAt = (seq: number): LiveRollout => ({ rollout: at(seq), events: events.slice(0, seq) });

describe("folding", () => {
  test("consecutive events are folded as the server folds them", () => {
    const { live, missingAfter } = foldEvents(liveAt(2), events.slice(2));
    expect(missingAfter).toBeNull();
    expect(live.rollout).toEqual(at(6));
    expect(live.events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("an event that comes twice, in one message or two, is applied once", () => {
    const once = foldEvents(liveAt(4), events.slice(3)).live;
    const twice = foldEvents(once, [...events.slice(2), ...events.slice(4)]);
    expect(twice.live).toBe(once);
    expect(twice.live.rollout.updates.get("i0")?.cut).toBe(2);
    const doubled = foldEvents(liveAt(4), [events[4] as RolloutEvent, events[4] as RolloutEvent]).live;
    expect(doubled.rollout.updates.get("i0")?.cut).toBe(2);
    expect(doubled.events).toHaveLength(5);
  });

  test("a hole stops the fold before it and names what is missing", () => {
    const { live, missingAfter } = foldEvents(liveAt(2), [events[2], events[4], events[5]] as RolloutEvent[]);
    expect(missingAfter).toBe(3);
    expect(live.rollout).toEqual(at(3));
  });

  test("events in the wrong order within a message are put in order", () => {
    expect(foldEvents(liveAt(3), events.slice(3).reverse()).live.rollout).toEqual(at(6));
  });

  test("a snapshot replaces an older state and never a newer one", () => {
    const newer = takeSnapshot(liveAt(2), at(5));
    expect(newer.rollout.seq).toBe(5);
    expect(newer.events).toEqual([]);
    const known = liveAt(5);
    expect(takeSnapshot(known, at(4))).toBe(known);
    expect(takeSnapshot(known, at(5))).toBe(known);
  });

  test("earlier events go before the log only when they leave no hole", () => {
    const fresh = takeSnapshot(null, at(6));
    expect(earlierAfterSeq(fresh)).toBe(0);
    expect(prependEvents(fresh, events.slice(0, 4)).events).toEqual([]);
    const whole = prependEvents(fresh, events);
    expect(whole.events).toEqual(events);
    expect(earlierAfterSeq(whole)).toBeNull();
  });
});

describe("the store", () => {
  function createScript(loaded: number) {
    const asked: number[] = [];
    let listener: RolloutListener | null = null;
    let closed = 0;
    const store = createLiveRolloutStore(rolloutId, {
      loadRollout: async () => at(loaded),
      loadEvents: async (_id, afterSeq) => events.slice(afterSeq, loaded),
      watch(_id, afterSeq, given) {
        listener = given;
        asked.push(afterSeq());
        return { again: () => asked.push(afterSeq()), close: () => (closed += 1) };
      },
    });
    const say = (...said: (RolloutEvent | undefined)[]) => listener?.events(said.filter((event) => event !== undefined));
    const seqs = () => {
      const state = store.getSnapshot();
      return state.status === "ready" ? { seq: state.live.rollout.seq, log: state.live.events.length } : state.status;
    };
    return { store, asked, say, seqs, listener: () => listener, closed: () => closed };
  }

  test("loads, watches from the loaded seq, fills its log and folds what comes", async () => {
    const { store, asked, say, seqs } = createScript(3);
    expect(seqs()).toBe("loading");
    store.subscribe(() => {});
    await vi.waitFor(() => expect(seqs()).toEqual({ seq: 3, log: 3 }));
    expect(asked).toEqual([3]);
    say(events[3], events[4]);
    expect(seqs()).toEqual({ seq: 5, log: 5 });
  });

  test("asks again after a hole, and a late duplicate changes nothing", async () => {
    const { store, asked, say, seqs } = createScript(2);
    store.subscribe(() => {});
    await vi.waitFor(() => expect(seqs()).toEqual({ seq: 2, log: 2 }));
    say(events[4]);
    expect(asked).toEqual([2, 2]);
    say(...events.slice(2));
    say(events[4]);
    expect(seqs()).toEqual({ seq: 6, log: 6 });
  });

  test("tells listeners once for each change and not for a duplicate", async () => {
    const { store, say, seqs } = createScript(3);
    const heard = vi.fn();
    store.subscribe(heard);
    await vi.waitFor(() => expect(seqs()).toEqual({ seq: 3, log: 3 }));
    heard.mockClear();
    say(events[3]);
    say(events[3]);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("a snapshot after a long absence refills the log", async () => {
    const { store, seqs, listener } = createScript(6);
    store.subscribe(() => {});
    await vi.waitFor(() => expect(seqs()).toEqual({ seq: 6, log: 6 }));
    listener()?.snapshot({ ...at(6), seq: 7 });
    expect(seqs()).toEqual({ seq: 7, log: 0 });
  });

  test("says that loading failed, and loads again when asked", async () => {
    let fails = true;
    const store = createLiveRolloutStore(rolloutId, {
      loadRollout: async () => {
        if (fails) throw new Error("gone");
        return at(6);
      },
      loadEvents: async () => events,
      watch: () => ({ again() {}, close() {} }),
    });
    store.subscribe(() => {});
    await vi.waitFor(() => expect(store.getSnapshot().status).toBe("failed"));
    fails = false;
    store.reload();
    expect(store.getSnapshot().status).toBe("loading");
    await vi.waitFor(() => expect(store.getSnapshot().status).toBe("ready"));
  });

  test("stops watching when the last listener leaves", async () => {
    const { store, seqs, closed, say } = createScript(3);
    const leave = store.subscribe(() => {});
    await vi.waitFor(() => expect(seqs()).toEqual({ seq: 3, log: 3 }));
    leave();
    expect(closed()).toBe(1);
    say(events[3]);
    store.subscribe(() => {});
    await vi.waitFor(() => expect(seqs()).toEqual({ seq: 4, log: 4 }));
  });
});
