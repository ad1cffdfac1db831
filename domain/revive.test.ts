import { SuperJSON } from "superjson";
import { expect, test } from "vitest";
import { foldEvents, startedInstance, startedWith, toEvents } from "./engine/rollout-testing.ts";
import { reviveRollout, tableTransform, toStored } from "./revive.ts";
import { Table } from "./table.ts";

/** Names that an object's keys, and jsonb, would put into another order. */
const names = ["i10", "i9", "10", "9", "b", "a"];

const rollout = foldEvents(toEvents([startedWith({ instances: names.map((instanceId) => startedInstance({ instanceId, unitStartedAt: 1 })) })]));

test("a rollout that went through JSON is what it was, in the same order", () => {
  const revived = reviveRollout(JSON.parse(JSON.stringify(toStored(rollout))));
  expect(revived.updates).toBeInstanceOf(Table);
  expect(revived.updates.entries()).toEqual(rollout.updates.entries());
  expect({ ...revived, updates: null }).toEqual({ ...rollout, updates: null });
});

test("so is one that went through the calls' serialiser, wherever it stood in the answer", () => {
  const [sender, receiver] = [new SuperJSON(), new SuperJSON()];
  for (const end of [sender, receiver]) end.registerCustom(tableTransform, "table");
  const answer = receiver.parse<{ rollouts: (typeof rollout)[] }>(sender.stringify({ rollouts: [rollout] }));
  expect(answer.rollouts[0]?.updates).toBeInstanceOf(Table);
  expect(answer.rollouts[0]?.updates.keys()).toEqual(names);
});
