/** What every container of a fleet carries, with the fleet's id. */
export const fleetLabel = "tideline.fleet";

/** By which a person takes a fleet's containers away on their engine. The id has no character that a shell would read. */
export function removalCommand(fleetId: string): string {
  return `docker rm -f -v $(docker ps -aq --filter label=${fleetLabel}=${fleetId})`;
}
