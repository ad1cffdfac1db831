import type { FleetDriver } from "./fleet.ts";
import type { Artifact } from "./release.ts";

/** How many of a fleet's units can be reached at once, where their ports bound it. */
export interface UnitPorts {
  readonly count: number;
  /** Who has so many, as a sentence goes on: "reach.ports has 3". */
  readonly words: string;
}

/** Null: as many as are wanted. `artifact`: of the release that they run; null while it is not known. */
export function unitPortsOf(driver: FleetDriver, artifact: Artifact | null): UnitPorts | null {
  if (driver.type !== "docker") return null;
  if (artifact?.type === "container" && artifact.hostNetwork)
    return { count: 1, words: `the host's network has this release's port ${artifact.port} once` };
  const { reach } = driver;
  if (reach.type !== "published" || reach.ports === null) return null;
  const [first = 0, last = first] = reach.ports.split("-").map(Number);
  const count = last - first + 1;
  return { count, words: `reach.ports has ${count}` };
}

/** The arithmetic, as a sentence, where `desired` instances and `more` second units need more ports than there are; null where they do not. */
export function describeShortage({ count, words }: UnitPorts, desired: number, more: number): string | null {
  const needed = desired + more;
  if (needed <= count) return null;
  const who = desired === 1 ? "1 instance" : `${desired} instances`;
  const units = more === 0 ? `${who} ${desired === 1 ? "needs" : "need"}` : `${who} and ${more} more need`;
  return `${units} ${needed === 1 ? "1 port" : `${needed} ports`}; ${words}.`;
}
