"use client";

import { useCallback, useRef, useState } from "react";
import { v4 as createId } from "uuid";
import type { CommandType, Rollout } from "#domain/rollout.ts";
import { failureOf, type ShownFailure } from "./failure.ts";
import { setPaused } from "./live-pause.ts";
import { engineNow } from "./socket.ts";
import { useTRPCClient } from "./trpc.tsx";

export interface PendingCommand {
  readonly type: CommandType;
  /** Of a command about one instance. */
  readonly instanceId: string | null;
  /** Engine time of the click. */
  readonly askedAt: number;
  /** Number of the event that answers it; null until the server has answered. */
  readonly seq: number | null;
}

export interface RefusedCommand {
  readonly type: CommandType;
  readonly failure: ShownFailure;
  /** The rollout moved on between the look and the click: ask again, with what is true now. */
  readonly stale: boolean;
}

interface CommandOptions {
  readonly reason?: string;
  readonly sawSeq?: number;
  readonly instanceId?: string;
  /** The fleet's name, as it was typed. */
  readonly confirm?: string;
}

export interface CommandControl {
  /** Asked for, and not yet seen in the events. */
  readonly pending: PendingCommand | null;
  readonly refused: RefusedCommand | null;
  /** Resolves to the rollout that now carries it out, which is a new one where an ended one is taken back; null when it was refused. */
  readonly send: (type: CommandType, options?: CommandOptions) => Promise<{ readonly rolloutId: string } | null>;
  readonly forget: () => void;
}

/** Sends commands about one rollout. Each click has an id of its own, so that one that is sent twice is obeyed once. */
export function useCommand(rollout: Rollout): CommandControl {
  const client = useTRPCClient();
  const [pending, setPending] = useState<PendingCommand | null>(null);
  const [refused, setRefused] = useState<RefusedCommand | null>(null);
  const latest = useRef(rollout);
  latest.current = rollout;
  const { rolloutId } = rollout;

  const send = useCallback<CommandControl["send"]>(
    async (type, { reason, sawSeq, instanceId, confirm } = {}) => {
      setRefused(null);
      // Its effect is to be seen. What was looked at goes with it, so that a rollout that moved on meanwhile refuses.
      const saw = sawSeq ?? latest.current.seq;
      setPaused(false);
      setPending({ type, instanceId: instanceId ?? null, askedAt: engineNow(), seq: null });
      try {
        const input = commandInput(type, { rolloutId, reason, sawSeq: saw, instanceId, confirm });
        const answer = await client.rollouts.command.mutate(input);
        // A new rollout answers on a page of its own.
        const seq = answer.rolloutId === rolloutId ? answer.seq : 0;
        setPending((current) => (current?.type === type ? { ...current, seq } : current));
        return { rolloutId: answer.rolloutId };
      } catch (error) {
        const failure = failureOf(error);
        setPending(null);
        setRefused({ type, failure, stale: failure.code === "conflict" });
        return null;
      }
    },
    [client, rolloutId],
  );
  const forget = useCallback(() => setRefused(null), []);
  return { pending: isAnswered(pending, rollout) ? null : pending, refused, send, forget };
}

/** The event that answers it has been folded in: from now on the state itself says what is true. */
export function isAnswered(pending: PendingCommand | null, rollout: Rollout): boolean {
  return pending !== null && pending.seq !== null && rollout.seq >= pending.seq;
}

interface CommandDetails {
  readonly rolloutId: string;
  readonly reason: string | undefined;
  readonly sawSeq: number;
  readonly instanceId: string | undefined;
  readonly confirm: string | undefined;
}

function commandInput(type: CommandType, { rolloutId, reason, sawSeq, instanceId = "", confirm }: CommandDetails) {
  const shared = { commandId: createId(), rolloutId, ...(reason ? { reason } : {}) };
  switch (type) {
    case "pause":
      return { type, ...shared };
    case "rollBack":
    case "cancel":
      return { type, ...shared, reason: reason ?? "", confirm };
    case "resume":
      return { type, ...shared, sawSeq, confirm };
    case "approve":
    case "skipSoak":
      return { type, ...shared, sawSeq };
    case "retryInstance":
    case "skipInstance":
      return { type, ...shared, sawSeq, instanceId };
  }
}
