import { expect, test } from "vitest";
import { Failure } from "#domain/failure.ts";
import type { Release } from "#domain/release.ts";
import type { SecretVersions } from "#domain/secret-versions.ts";
import { lintSecrets } from "./lint-secrets.ts";

const variables = ["A", "B", "C", "D", "E", "F"];
const release: Release = {
  releaseId: "0198c0de-0000-7000-8000-000000000001",
  service: "shop",
  name: "1.0",
  artifact: { type: "process", command: ["node"], directory: "/srv/shop" },
  digest: "d",
  env: Object.fromEntries(variables.map((variable) => [variable, { secret: `env:TIDELINE_SECRET_${variable}` }])),
  secretVersions: Object.fromEntries(variables.map((variable) => [variable, "k:then"])),
  recordedAt: 0,
};
const { secretVersions: _, ...unversioned } = release;

const readingAs = (present: SecretVersions | Failure) => ({
  readSecretVersions: async () => {
    if (present instanceof Failure) throw present;
    return present;
  },
});
const all = (version: string) => Object.fromEntries(variables.map((variable) => [variable, version]));

test.each<[string, SecretVersions | Failure, Release, RegExp | null]>([
  ["the values are the same", all("k:then"), release, null],
  ["one is another", { ...all("k:then"), B: "k:now" }, release, /^1\.0 starts with other values of B than it was recorded with\./],
  ["many are others", all("k:now"), release, /of A, B, C, D and 2 more than/],
  ["they cannot be read, which the driver says", new Failure("invalid", "No."), release, null],
  ["the release was recorded without versions", all("k:now"), unversioned, null],
])("%s", async (_, present, subject, says) => {
  const findings = await lintSecrets(readingAs(present), subject, "target");
  expect(findings).toEqual(says === null ? [] : [{ severity: "warning", field: "release", message: expect.stringMatching(says) }]);
});

test("a way back is named as one", async () => {
  expect(await lintSecrets(readingAs({ ...all("k:then"), A: "k:now" }), release, "way-back")).toMatchObject([
    { field: "onFailure", message: expect.stringMatching(/^A rollback starts 1\.0 with other values of A/) },
  ]);
});
