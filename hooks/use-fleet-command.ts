"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { v4 as newId } from "uuid";
import type { FleetCommand } from "#domain/command.ts";
import { failureOf, type ShownFailure } from "./failure.ts";
import { useTRPC } from "./trpc.tsx";

/** A fleet command as a dialog asks it; what names the command and the fleet is added here. */
export type FleetAsk = DistributiveOmit<FleetCommand, "commandId" | "fleetId">;
type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;

export interface FleetCommandControl {
  /** Resolves to true when it was taken. */
  readonly send: (ask: FleetAsk) => Promise<boolean>;
  readonly pending: boolean;
  readonly refused: ShownFailure | null;
}

/** Sends commands about a fleet. The same ask that got no answer keeps its id, so that it is obeyed once. */
export function useFleetCommand(fleetId: string): FleetCommandControl {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const command = useMutation(trpc.fleets.command.mutationOptions());
  const unanswered = useRef<{ text: string; commandId: string } | null>(null);
  const send = async (ask: FleetAsk) => {
    const text = JSON.stringify(ask);
    if (unanswered.current?.text !== text) unanswered.current = { text, commandId: newId() };
    try {
      await command.mutateAsync({ ...ask, commandId: unanswered.current.commandId, fleetId });
      unanswered.current = null;
      await queryClient.invalidateQueries(trpc.fleets.pathFilter());
      return true;
    } catch (error) {
      if (failureOf(error).code !== "unavailable") unanswered.current = null;
      return false;
    }
  };
  return { send, pending: command.isPending, refused: command.error ? failureOf(command.error) : null };
}
