import { expect, test } from "vitest";
import type { Container } from "./containers.ts";
import { nameOf, nextNameOf } from "./labels.ts";
import { sortOut } from "./places.ts";

const fleet = { fleetId: "f", name: "shop" };

function container(key: string, createdAt: number, change: Partial<Container> = {}): Container {
  const unit = { instanceId: "i0", key };
  const made: Container = {
    id: key,
    name: change.place === "next" ? nextNameOf(fleet, unit) : nameOf(fleet, unit),
    ...unit,
    releaseId: "r",
    place: "unit",
    port: "80",
    isAdopted: false,
    createdAt,
    status: "running",
    startedAt: createdAt + 1,
    finishedAt: null,
    exitCode: 0,
    outOfMemory: false,
    memoryBytes: 0,
    error: "",
    restarts: 0,
    restartPolicy: "no",
    health: null,
    ports: {},
    addresses: {},
    networkMode: "default",
  };
  return { ...made, ...change };
}

const pending = { status: "created", startedAt: null };
const ended = { status: "exited" };
const second = { place: "next" as const };
const promoted = (key: string) => ({ place: "next" as const, name: nameOf(fleet, { instanceId: "i0", key }) });

test.each<[what: string, containers: Container[], unit: string | null, next: string | null, pending: string[], old: string[]]>([
  ["nothing", [], null, null, [], []],
  ["one unit", [container("a", 1)], "a", null, [], []],
  ["a second one beside it", [container("a", 1), container("b", 2, second)], "a", "b", [], []],
  ["a second one alone", [container("b", 2, second)], null, "b", [], []],
  ["one that took over", [container("b", 2, promoted("b"))], "b", null, [], []],
  ["one that took over, and the first kept", [container("a", 1, ended), container("b", 2, promoted("b"))], "b", null, [], ["a"]],
  [
    "a replacement that was created and not started: the old one has the place",
    [container("a", 1), container("b", 2, pending)],
    "a",
    null,
    ["b"],
    [],
  ],
  ["a replacement, and the one before kept", [container("a", 1, ended), container("b", 2)], "b", null, [], ["a"]],
  ["a replacement that the engine could not start", [container("a", 1, ended), container("b", 2, { ...pending, error: "no" })], "b", null, [], ["a"]],
  ["a second one renamed by hand, beside the first", [container("a", 1), container("b", 2, { ...second, name: "mine" })], "a", "b", [], []],
  ["a second one renamed by hand, alone", [container("b", 2, { ...second, name: "mine" })], "b", null, [], []],
  ["the first renamed by hand", [container("a", 1, { name: "mine" }), container("b", 2, second)], "a", "b", [], []],
  ["a second one that a replacement left behind", [container("b", 1, second), container("c", 2)], "c", null, [], ["b"]],
])("%s", (_, containers, unit, next, waiting, old) => {
  const places = sortOut(fleet, containers.toReversed());
  expect([places.unit?.key ?? null, places.next?.key ?? null]).toEqual([unit, next]);
  expect(places.pending.map(({ key }) => key)).toEqual(waiting);
  expect(places.old.map(({ key }) => key)).toEqual(old);
});
