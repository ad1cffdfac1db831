import { customType } from "drizzle-orm/pg-core";
import { reviveRollout, type StoredRollout, toStored } from "#domain/revive.ts";
import type { Rollout } from "#domain/rollout.ts";

/** A rollout's state in a jsonb column: the one place where it is taken apart and put together again. */
export const rolloutState = customType<{ data: Rollout; driverData: StoredRollout | string }>({
  dataType: () => "jsonb",
  toDriver: (rollout) => JSON.stringify(toStored(rollout)),
  fromDriver: (stored) => reviveRollout(typeof stored === "string" ? JSON.parse(stored) : stored),
});
