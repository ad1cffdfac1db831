import type { Destination, ListedDestination, Scope } from "#domain/notification.ts";
import { type Access, can } from "#domain/role.ts";

/** A destination as it is being typed. What only one kind has is kept while the other is looked at. */
export interface DestinationDraft {
  readonly kind: Destination["kind"];
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** As in `placesOf`; null until it is chosen. */
  readonly place: string | null;
  readonly attention: boolean;
  readonly ends: boolean;
}

export const emptyDestination: DestinationDraft = { kind: "webhook", name: "", url: "", key: "", place: null, attention: true, ends: true };

export function toDestinationDraft({ destination }: ListedDestination): DestinationDraft {
  const { kind, name, url, scope, about } = destination;
  const key = destination.kind === "webhook" ? destination.key : "";
  return { kind, name, url, key, place: toPlace(scope), attention: about.includes("attention"), ends: about.includes("ends") };
}

/** What the server is asked for; null while nothing says of which rollouts. */
export function toDestination({ kind, name, url, key, place, attention, ends }: DestinationDraft): Destination | null {
  const scope = place === null ? null : toScope(place);
  if (!scope) return null;
  const about: Destination["about"] = [...(attention ? (["attention"] as const) : []), ...(ends ? (["ends"] as const) : [])];
  const common = { name, url: url.trim(), scope, about };
  return kind === "slack" ? { kind, ...common } : { kind, key: key.trim(), ...common };
}

interface Place {
  readonly value: string;
  readonly label: string;
}

interface FleetPlace {
  readonly fleetId: string;
  readonly name: string;
  readonly environment: string;
}

/** Environments and fleets for which somebody may set destinations, to choose from. */
export function placesOf(access: Access, environments: readonly string[], fleets: readonly FleetPlace[]): Place[] {
  const mayIn = (environment: string) => can(access, "notification.set", environment);
  return [
    ...environments
      .filter(mayIn)
      .map((environment) => ({ value: toPlace({ type: "environment", environment }), label: `All fleets in ${environment}` })),
    ...fleets
      .filter(({ environment }) => mayIn(environment))
      .map(({ fleetId, name, environment }) => ({ value: toPlace({ type: "fleet", fleetId }), label: `${name} in ${environment}` })),
  ];
}

function toPlace(scope: Scope): string {
  return scope.type === "fleet" ? `fleet ${scope.fleetId}` : `environment ${scope.environment}`;
}

function toScope(place: string): Scope | null {
  const [type, name = ""] = place.split(" ");
  if (type === "fleet") return { type, fleetId: name };
  return type === "environment" ? { type, environment: name } : null;
}
