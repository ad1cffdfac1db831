import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ContainerSettings, containerRights } from "#domain/container.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import { labels } from "#server/drivers/docker/labels.ts";

const page = readFileSync(new URL("./docker.md", import.meta.url), "utf8");
const [settings = "", adopting = "", container = ""] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, example]) => example);

test("the page's settings are settings, and its table has every field", () => {
  expect(DockerSettings.parse(JSON.parse(settings)).network).toBe("shop");
  expect(DockerSettings.shape.adopted.parse(JSON.parse(adopting).adopted)).toHaveLength(1);
  for (const field of ["network", "reach", "keepOld", "adopted"]) expect(page).toContain(`| \`${field}\` |`);
});

test("the page's container is one", () => {
  expect(ContainerSettings.parse(JSON.parse(container)).restart).toBe("unless-stopped");
});

test("the page names every right and every label", () => {
  for (const right of containerRights) expect(page).toContain(`\`${right}\``);
  for (const label of Object.values(labels).filter((each) => each !== labels.token)) expect(page).toContain(label.replace("tideline", ""));
});
