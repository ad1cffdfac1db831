import type { Fleet } from "#domain/fleet.ts";
import { type AdoptedContainer, adoptedKeyPrefix } from "#domain/settings/docker.ts";
import { labels } from "./labels.ts";
import { settingsOf } from "./settings.ts";

const shownIdLength = 12;

/** Somebody else's containers that are units of this fleet, or of one of its instances, by their ids. */
export function adoptedOf(fleet: Pick<Fleet, "driver">, instanceId?: string): ReadonlyMap<string, AdoptedContainer> {
  const adopted = (settingsOf(fleet).adopted ?? []).filter(({ instance }) => instanceId === undefined || instance === instanceId);
  return new Map(adopted.map((each) => [each.container, each]));
}

/** What the labels of an adopted container would say, had it been created by us. */
export function labelsFor({ initialReleaseId }: Pick<Fleet, "initialReleaseId">, { instance, container, port }: AdoptedContainer) {
  return {
    [labels.instance]: instance,
    [labels.key]: `${adoptedKeyPrefix}${container.slice(0, shownIdLength)}`,
    [labels.release]: initialReleaseId,
    [labels.place]: "unit",
    [labels.port]: String(port),
  };
}
