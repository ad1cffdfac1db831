import { describe, expect, test } from "vitest";
import { ContainerSettings, digestOf, ImageName, isPinned, rightsOf } from "./container.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("an image's name", () => {
  test.each([
    ["shop", true, false],
    ["shop:1.1", true, false],
    ["registry.internal:5000/team/shop:1.1", true, false],
    [`shop@${digest}`, true, true],
    [`shop:1.1@${digest}`, true, true],
    [digest, true, true],
    ["Shop", false, false],
    ["shop:", false, false],
    ["shop@sha256:abc", false, false],
    ["https://registry/shop", false, false],
    ["shop --privileged", false, false],
    ["../shop", false, false],
    ["", false, false],
  ])("%s", (image, isName, pinned) => {
    expect(ImageName.safeParse(image).success).toBe(isName);
    expect(isPinned(image)).toBe(pinned);
  });

  test("holds its digest at its end", () => expect(digestOf(`shop:1.1@${digest}`)).toBe(digest));

  test("is judged in no time, however long it is", () => {
    const begunAt = performance.now();
    ImageName.safeParse(`${"a-".repeat(250)}!`);
    expect(performance.now() - begunAt).toBeLessThan(50);
  });
});

describe("a container", () => {
  test("needs its port, and leaves the rest to the image", () => {
    expect(ContainerSettings.safeParse({}).error?.issues.map(({ path }) => path.join("."))).toEqual(["port"]);
    expect(ContainerSettings.parse({ port: 80 })).toMatchObject({ command: null, memoryBytes: null, privileged: false, restart: "unless-stopped" });
  });

  test("stops within what an update waits for", () => expect(ContainerSettings.safeParse({ port: 80, stopTimeout: "5m" }).success).toBe(false));

  test("a mount's path cannot smuggle options in", () => {
    const mount = { type: "volume", volume: "data", path: "/data:/etc" };
    expect(ContainerSettings.safeParse({ port: 80, mounts: [mount] }).success).toBe(false);
  });

  test("names each field that reaches beyond it", () => {
    const mounts = [
      { type: "volume" as const, volume: "data", path: "/data" },
      { type: "host" as const, directory: "/etc", path: "/etc" },
    ];
    expect(rightsOf(ContainerSettings.parse({ port: 80, privileged: true, hostNetwork: true, mounts }))).toEqual([
      { right: "privileged", field: "privileged" },
      { right: "host-network", field: "hostNetwork" },
      { right: "host-mounts", field: "mounts.1" },
    ]);
    expect(rightsOf(ContainerSettings.parse({ port: 80 }))).toEqual([]);
  });
});
