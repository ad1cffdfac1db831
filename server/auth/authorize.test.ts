import { expect, test } from "vitest";
import { permissions } from "#domain/actor.ts";
import { authorize } from "./authorize.ts";

test("lets through who holds the permission", () => {
  expect(() => authorize({ permissions: new Set(permissions) }, "rollout.start")).not.toThrow();
});

test("refuses who does not, and names the permission", () => {
  expect(() => authorize({ permissions: new Set(["fleet.read"]) }, "rollout.start")).toThrow(/rollout\.start/);
});
