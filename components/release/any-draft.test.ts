import { describe, expect, test } from "vitest";
import { ContainerSettings } from "#domain/container.ts";
import type { Release } from "#domain/release.ts";
import { messageBeside } from "#hooks/failure.ts";
import { type AnyDraft, anyDraftFrom, emptyOf, fieldsOf, repeatedVariable, toAnyInput } from "./any-draft.ts";
import { emptyImage, imageFields } from "./image-draft.ts";
import { emptyDraft } from "./release-draft.ts";

const common = { releaseId: "v1", service: "shop", name: "1.0", digest: "d", env: { LEVEL: "info" }, recordedAt: 0 } as const;
const program: Release = { ...common, artifact: { type: "process", command: ["node", "main.mjs"], directory: "/srv/shop" } };
const image = `registry.internal/shop@sha256:${"a".repeat(64)}`;
const container: Release = { ...common, artifact: { type: "container", image, ...ContainerSettings.parse({ port: 9_090 }) } };
const engine = { url: "unix:///var/run/docker.sock", tls: null, ssh: null };

test.each([
  ["process", emptyDraft],
  ["container", emptyImage],
] as const)("a %s begins empty, also beside a release of the other kind", (kind, fields) => {
  expect(emptyOf(kind)).toEqual({ kind, fields });
  expect(anyDraftFrom(kind, undefined)).toEqual({ kind, fields });
  expect(anyDraftFrom(kind, kind === "process" ? container : program)).toEqual({ kind, fields });
});

test.each([
  ["process", program, { commandLine: "node main.mjs", directory: "/srv/shop" }],
  ["container", container, { image: "registry.internal/shop", port: "9090" }],
] as const)("a %s begins where the last release of its kind stands, without its name", (kind, release, fields) => {
  expect(anyDraftFrom(kind, release)).toMatchObject({ kind, fields: { ...fields, name: "", env: [{ key: "LEVEL", value: "info" }] } });
});

describe("what is sent is of the draft's kind", () => {
  test("a program needs no engine", () => {
    const input = { service: "shop", name: "1.1", command: ["node"], directory: "/srv", env: {} };
    const draft: AnyDraft = { kind: "process", fields: { ...emptyDraft, name: "1.1", commandLine: "node", directory: "/srv" } };
    expect(toAnyInput(draft, "shop", engine)).toEqual({ kind: "process", input });
  });

  test("an image is looked up at one", () => {
    const draft: AnyDraft = { kind: "container", fields: { ...emptyImage, name: "1.1", image: "shop:1.1" } };
    expect(toAnyInput(draft, "shop", engine)).toMatchObject({ kind: "container", input: { service: "shop", image: "shop:1.1", engine } });
    expect(toAnyInput(draft, "shop").input).not.toHaveProperty("engine");
  });
});

test("a variable that stands there twice is found in either kind", () => {
  const env = ["A", "B", "A"].map((key, row) => ({ row, key, value: "", isSecret: false }));
  expect(repeatedVariable({ kind: "process", fields: { ...emptyDraft, env } })).toBe("A");
  expect(repeatedVariable({ kind: "container", fields: { ...emptyImage, env } })).toBe("A");
  expect(repeatedVariable(emptyOf("container"))).toBeNull();
});

describe("above the form stands only what stands beside no field of the kind", () => {
  const failureAt = (...fields: string[]) => {
    const problems = fields.map((field) => ({ field, message: `No ${field}.` }));
    return { code: "invalid", message: "It was refused.", problems, requestId: null, signedOut: false } as const;
  };
  test.each<[AnyDraft["kind"], string[], string | null]>([
    ["process", ["command", "directory", "env.KEY"], null],
    ["process", ["image"], "image: No image."],
    ["container", [...Object.values(imageFields), "container.mounts.0.path", "env.KEY"], null],
    ["container", ["directory", "container.port"], "directory: No directory."],
    ["container", ["container.hostNetwork"], "container.hostNetwork: No container.hostNetwork."],
    ["process", [], "It was refused."],
  ])("%s: %j", (kind, fields, above) => expect(messageBeside(failureAt(...fields), fieldsOf({ kind }))).toBe(above));
});
