import type { Fleet } from "#domain/fleet.ts";
import { invariant } from "#domain/invariant.ts";
import type { DockerSettings } from "#domain/settings/docker.ts";

export function settingsOf({ driver }: Pick<Fleet, "driver">): DockerSettings {
  invariant(driver.type === "docker", "A fleet of another driver was given to Docker's.");
  return driver;
}
