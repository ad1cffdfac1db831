"use client";

import { whyNot, whyNotBy } from "#domain/engine/allowed.ts";
import { rolloutPermissions, whyNotAllowed } from "#domain/role.ts";
import type { CommandType, Rollout } from "#domain/rollout.ts";
import { useSession } from "./session.tsx";
import { useEngineNow } from "./use-engine-now.ts";

/** Why the signed-in person cannot give a command now: by their role, by the state, or by what they did themselves. Null when they can. */
export function useWhyNot(rollout: Rollout): (type: CommandType) => string | null {
  const { access, grantors, userId, name } = useSession();
  const now = useEngineNow();
  const actor = { type: "person", userId, name } as const;
  return (type) =>
    whyNotAllowed(access, rolloutPermissions[type], rollout.environment, grantors) ?? whyNot(rollout, type, now) ?? whyNotBy(rollout, type, actor);
}
