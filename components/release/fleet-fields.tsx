"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { FleetDriver } from "#domain/fleet.ts";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { type BalancerDraft, toOutsideBalancer } from "./balancer-draft.ts";

/** A fleet as it is being typed. */
export interface FleetDraft {
  readonly name: string;
  readonly service: string;
  readonly environment: string;
  readonly instances: string;
  readonly zones: string;
  readonly readinessPath: string;
}

export const emptyFleet: FleetDraft = {
  name: "",
  service: "",
  environment: "production",
  instances: "4",
  zones: "a, b",
  readinessPath: "/healthz",
};

export const fleetFields = ["name", "service", "environment", "instances", "zones", "readinessPath"] as const;

export interface FleetPlaces {
  readonly driver: FleetDriver;
  readonly balancer: BalancerDraft;
}

/** An empty port lets the runtime choose one. What is not a number stays one that the server refuses at its field. */
export function toCreateInput(draft: FleetDraft, { driver, balancer }: FleetPlaces, releaseId: string) {
  const outside = toOutsideBalancer(balancer);
  return {
    driver,
    ...(outside ? { balancer: outside } : {}),
    name: draft.name.trim(),
    service: draft.service.trim(),
    environment: draft.environment.trim(),
    port: outside || balancer.port.trim() === "" ? 0 : toNumber(balancer.port),
    instances: toNumber(draft.instances),
    zones: draft.zones.split(/[\s,]+/).filter((zone) => zone !== ""),
    releaseId,
    readinessPath: draft.readinessPath.trim(),
  };
}

function toNumber(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : -1;
}

interface FleetFieldsProps {
  readonly draft: FleetDraft;
  readonly onChange: (draft: FleetDraft) => void;
  readonly failure: ShownFailure | null;
  /** Its instances run already: there are as many as they are. */
  readonly isAdopting: boolean;
}

export function FleetFields({ draft, onChange, failure, isAdopting }: FleetFieldsProps) {
  const control = (field: keyof FleetDraft) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value }),
    autoComplete: "off",
    spellCheck: false,
  });
  const error = (field: keyof FleetDraft) => problemAt(failure, field, { below: true });
  return (
    <div className="grid grid-cols-2 gap-4">
      <Field label="Fleet name" error={error("name")} hint="For example checkout-eu." className="col-span-2">
        <Input {...control("name")} />
      </Field>
      <Field label="Service" error={error("service")} hint="Releases belong to it.">
        <Input {...control("service")} />
      </Field>
      <Field label="Environment" error={error("environment")}>
        <Input {...control("environment")} />
      </Field>
      <Field label="Instances" error={error("instances")} disabled={isAdopting} hint={isAdopting ? "One for each adopted container." : undefined}>
        <Input {...control("instances")} inputMode="numeric" />
      </Field>
      <Field label="Zones" error={error("zones")} hint="Filled in turn.">
        <Input {...control("zones")} />
      </Field>
      <Field label="Readiness path" error={error("readinessPath")} hint="Asked every second." className="col-span-2">
        <Input {...control("readinessPath")} mono />
      </Field>
    </div>
  );
}
