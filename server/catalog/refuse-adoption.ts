import type { Transaction } from "#db/client.ts";
import { listFleetRows } from "#db/queries/fleets.ts";
import { Failure, type Problem } from "#domain/failure.ts";
import type { Fleet, FleetDriver } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import type { AdoptedContainer } from "#domain/settings/docker.ts";
import type { Services } from "#server/services.ts";

const deadlineMs = 15_000;

/**
 * Throws Failure with the fields when the containers that a new fleet would adopt cannot be its instances: one is another
 * fleet's, or no instance is called so, or the engine has something against it. Nothing is touched.
 */
export async function refuseAdoption({ docker }: Pick<Services, "docker">, tx: Transaction, fleet: Fleet, release: Release): Promise<void> {
  const { driver } = fleet;
  const adopted = adoptedBy(driver);
  if (driver.type !== "docker" || adopted.length === 0) return;
  const members = new Set(fleet.instances.map(({ id }) => id));
  const holders = new Map<string, string>();
  for (const other of await listFleetRows(tx)) for (const { container } of adoptedBy(other.fleet.driver)) holders.set(container, other.fleet.name);
  const problems = adopted.flatMap(({ instance, container }, index): Problem[] => {
    const refuse = (field: string, message: string) => [{ field: `driver.adopted.${index}.${field}`, message }];
    const holder = holders.get(container);
    if (holder !== undefined) return refuse("container", `The container ${container.slice(0, 12)} was adopted by the fleet ${holder}. Leave it out.`);
    return members.has(instance) ? [] : refuse("instance", `The fleet has no instance ${instance}: it has ${[...members].join(", ")}.`);
  });
  const [first] = problems;
  if (first) throw new Failure("invalid", first.message, problems);
  await docker.refuseAdoption(driver, release, AbortSignal.timeout(deadlineMs));
}

function adoptedBy(driver: FleetDriver): readonly AdoptedContainer[] {
  return driver.type === "docker" ? (driver.adopted ?? []) : [];
}
