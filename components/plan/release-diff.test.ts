import { expect, test } from "vitest";
import type { Release } from "#domain/release.ts";
import { diffConfiguration, diffReleases, shortDigest } from "./release-diff.ts";

const release: Release = {
  releaseId: "5b0f9a8e-9a53-4e0e-8f0a-3c2f7f1f0001",
  service: "shop",
  name: "1.0",
  artifact: { type: "process", command: ["node", "main.js"], directory: "/srv/shop/1.0" },
  digest: "sha256:0123456789abcdef0123",
  env: {},
  recordedAt: 0,
};

test("keys that came, went or changed are named; their values are not", () => {
  const changes = diffConfiguration({ LEVEL: "info", OLD: "1", SAME: "x" }, { LEVEL: "secret-value", NEW: "2", SAME: "x" });
  expect(changes).toEqual([
    { key: "LEVEL", change: "changed" },
    { key: "NEW", change: "added" },
    { key: "OLD", change: "removed" },
  ]);
  expect(JSON.stringify(changes)).not.toContain("secret-value");
});

test("a secret that is named again is the same, and a value in its place is not", () => {
  const named = { KEY: { secret: "env:TIDELINE_SECRET_KEY" } };
  expect(diffConfiguration(named, { KEY: { secret: "env:TIDELINE_SECRET_KEY" } })).toEqual([]);
  expect(diffConfiguration(named, { KEY: { secret: "file:/run/secrets/key" } })).toEqual([{ key: "KEY", change: "changed" }]);
  expect(diffConfiguration(named, { KEY: "env:TIDELINE_SECRET_KEY" })).toEqual([{ key: "KEY", change: "changed" }]);
});

test("a command or a directory that differs is shown with both", () => {
  const next = { ...release, artifact: { ...release.artifact, directory: "/srv/shop/1.1" } };
  expect(diffReleases(release, next)).toEqual([{ what: "Directory", before: "/srv/shop/1.0", after: "/srv/shop/1.1" }]);
  expect(diffReleases(release, release)).toEqual([]);
  expect(diffReleases(null, release)).toEqual([]);
});

test("a digest is cut for the eye", () => {
  expect(shortDigest(release.digest)).toBe("0123456789ab");
  expect(shortDigest("")).toBe("none");
});
