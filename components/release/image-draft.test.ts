import { describe, expect, test } from "vitest";
import { type ContainerArtifact, ContainerSettings, ImageName } from "#domain/container.ts";
import { problemsOf } from "#domain/problems.ts";
import type { Release } from "#domain/release.ts";
import { problemAt } from "#hooks/failure.ts";
import { emptyImage, type ImageDraft, imageDraftFrom, imageFields, toImageInput } from "./image-draft.ts";

const digest = `sha256:${"a".repeat(64)}`;
const settings = ContainerSettings.parse({ port: 8080 });
const draftOf = (change: Partial<ImageDraft>): ImageDraft => ({ ...emptyImage, image: "shop:1.1", ...change });
const containerOf = (change: Partial<ImageDraft>) => toImageInput(draftOf(change), "shop").container;

function releaseOf(change: Partial<ContainerArtifact>): Release {
  const artifact = { type: "container", image: `registry.internal/shop@${digest}`, ...settings, ...change } as const;
  return { releaseId: "v1", service: "shop", name: "1.0", artifact, digest, env: { LEVEL: "info" }, recordedAt: 0 };
}

describe("what is typed is sent", () => {
  test.each<[string, Partial<ImageDraft>, Partial<ContainerSettings>]>([
    ["at first: what the image says", {}, { command: null, user: null, memoryBytes: null, cpus: null, mounts: [], credentials: null }],
    ["a command, as a list", { commandLine: "serve --greet 'a b'" }, { command: ["serve", "--greet", "a b"] }],
    ["a port", { port: " 9090 " }, { port: 9_090 }],
    ["memory in MiB", { memory: "64" }, { memoryBytes: 67_108_864 }],
    ["half a MiB more", { memory: "64.5" }, { memoryBytes: 67_633_152 }],
    ["cores", { cpus: "0.5" }, { cpus: 0.5 }],
    ["a user", { user: " app:app " }, { user: "app:app" }],
    ["how it ends", { stopTimeout: " 20s ", restart: "on-failure" }, { stopTimeout: "20s", restart: "on-failure" }],
    ["what reaches beyond it", { hostNetwork: true, privileged: true }, { hostNetwork: true, privileged: true }],
    [
      "mounts, one on a line",
      { mounts: "data:/var/lib/shop\n\n  /etc/shop:/etc/shop:ro  \n" },
      {
        mounts: [
          { type: "volume", volume: "data", path: "/var/lib/shop", readOnly: false },
          { type: "host", directory: "/etc/shop", path: "/etc/shop", readOnly: true },
        ],
      },
    ],
    [
      "with what the registry is asked",
      { registryUser: " robot ", registryPassword: " env:TIDELINE_SECRET_REGISTRY " },
      { credentials: { user: "robot", password: "env:TIDELINE_SECRET_REGISTRY" } },
    ],
  ])("%s", (_, change, expected) => {
    const container = containerOf(change);
    expect(container).toMatchObject(expected);
    expect(ContainerSettings.parse(container)).toMatchObject(container);
  });

  test("with the engine at which a tag is looked up, where there is one", () => {
    const engine = { url: "unix:///var/run/docker.sock", tls: null, ssh: null };
    expect(toImageInput(draftOf({ name: "1.1", image: " shop:1.1 " }), "shop", engine)).toMatchObject({
      service: "shop",
      name: "1.1",
      image: "shop:1.1",
      engine,
    });
    expect(toImageInput(draftOf({}), "shop")).not.toHaveProperty("engine");
  });
});

describe("a refusal stands at the field that it is about, also where it is below it", () => {
  test.each<[keyof typeof imageFields, Partial<ImageDraft>]>([
    ["port", { port: "" }],
    ["port", { port: "http" }],
    ["port", { port: "70000" }],
    ["commandLine", { commandLine: "serve ''" }],
    ["user", { user: "the app" }],
    ["memory", { memory: "1" }],
    ["memory", { memory: "64 MiB" }],
    ["cpus", { cpus: "half" }],
    ["mounts", { mounts: "data" }],
    ["mounts", { mounts: "data:relative" }],
    ["stopTimeout", { stopTimeout: "10" }],
    ["stopTimeout", { stopTimeout: "1m" }],
    ["registryUser", { registryPassword: "env:TIDELINE_SECRET_REGISTRY" }],
    ["registryPassword", { registryUser: "robot", registryPassword: "hunter2" }],
  ])("%s: %j", (field, change) => {
    const refused = ContainerSettings.safeParse(containerOf(change));
    const problems = problemsOf(refused.error ?? { issues: [] }).map((problem) => ({ ...problem, field: `container.${problem.field}` }));
    const failure = { code: "invalid", message: "", problems, requestId: null, signedOut: false } as const;
    expect(problems).toHaveLength(1);
    expect(problemAt(failure, imageFields[field], { below: true })).toBe(problems[0]?.message);
  });
});

describe("a draft of a release", () => {
  test("asks for the same container again, under a name and a tag still to be given", () => {
    const release = releaseOf({
      command: ["serve", "a b", "it's"],
      user: "app",
      port: 9_090,
      memoryBytes: 67_108_864,
      cpus: 1.5,
      mounts: [
        { type: "volume", volume: "data", path: "/var/lib/shop", readOnly: true },
        { type: "host", directory: "/etc/shop", path: "/etc/shop", readOnly: false },
      ],
      hostNetwork: true,
      privileged: true,
      restart: "always",
      stopTimeout: "20s",
      credentials: { user: "robot", password: "env:TIDELINE_SECRET_REGISTRY" },
    });
    const draft = imageDraftFrom(release);
    const { type: _, image: __, entrypoint: ___, ...same } = release.artifact as ContainerArtifact;
    expect(toImageInput(draft, "shop")).toMatchObject({ name: "", image: "registry.internal/shop", env: { LEVEL: "info" }, container: same });
  });

  test.each([
    [`registry.internal:5000/shop@${digest}`, "registry.internal:5000/shop"],
    [`shop:1.0@${digest}`, "shop:1.0"],
    [digest, ""],
  ])("names %s without what pins it", (image, typed) => {
    expect(imageDraftFrom(releaseOf({ image })).image).toBe(typed);
    if (typed !== "") expect(ImageName.parse(typed)).toBe(typed);
  });

  test("is empty without one, and of a release that is none", () => {
    expect(imageDraftFrom(undefined)).toBe(emptyImage);
    const artifact: Release["artifact"] = { type: "process", command: ["node"], directory: "/srv" };
    expect(imageDraftFrom({ ...releaseOf({}), artifact })).toBe(emptyImage);
  });
});
