"use client";

import { type ReactNode, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { RadioGroup } from "#components/ui/radio.tsx";
import { messageBeside } from "#hooks/failure.ts";
import { adoptInto, chooseIn, findUnchosen } from "./adoption.ts";
import { AdoptionPanel } from "./adoption-panel.tsx";
import { type AnyDraft, emptyOf, fieldsOf, type ReleaseKind } from "./any-draft.ts";
import { AnyReleaseFields } from "./any-release-fields.tsx";
import { balancerFields } from "./balancer-draft.ts";
import { BalancerFields } from "./balancer-fields.tsx";
import { adoptionOf, type ConnectDraft, emptyConnect } from "./connect-draft.ts";
import { besideEngine } from "./engine-draft.ts";
import { EngineFields } from "./engine-fields.tsx";
import { FleetFields, fleetFields } from "./fleet-fields.tsx";
import { RunningContainers } from "./running-containers.tsx";
import { TryBalancer, TryEngine } from "./try-connection.tsx";
import { useConnectFleet } from "./use-connect-fleet.ts";

const besideFleet = [...fleetFields, ...besideEngine, ...Object.values(balancerFields)];
const besideAdoption = ["driver.adopted", "driver.reach"];

/** A fleet begins with its first release: both are asked for in one form and made one after the other. */
export function ConnectFleetDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const formId = useId();
  const [draft, setDraft] = useState(emptyConnect);
  const { fleet, engine, balancer, release } = draft;
  const set = (change: Partial<ConnectDraft>) => setDraft((before) => ({ ...before, ...change }));
  // Of the other kind: whoever only looks loses nothing.
  const [other, setOther] = useState<AnyDraft | null>(null);
  const choose = (kind: ReleaseKind) => {
    setOther(release);
    set({ release: other?.kind === kind ? other : emptyOf(kind) });
  };
  const connect = useConnectFleet(() => onOpenChange(false));
  const failure = connect.fleetFailure;
  const adoption = adoptionOf(draft);
  const unchosen = adoption && findUnchosen(adoption, engine.url);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Connect a fleet"
      description="The instances of one service in one environment, what runs them, and what carries their traffic."
      size="large"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            pending={connect.isPending}
            disabledReason={unchosen ? `The containers differ. Choose for the release: ${unchosen}.` : null}
          >
            Create fleet with {fleet.instances === "1" ? "1 instance" : `${fleet.instances || "…"} instances`}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-x-6 gap-y-7 md:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (!connect.isPending && !unchosen) connect.mutate(draft);
        }}
      >
        <div className="grid content-start gap-7">
          <Part title="Fleet">
            <FleetFields draft={fleet} onChange={(next) => set({ fleet: next })} failure={failure} isAdopting={adoption !== null} />
          </Part>
          <Part title="Its instances are">
            <RadioGroup
              label="Its instances are"
              value={release.kind}
              onValueChange={choose}
              options={[
                { value: "process", label: "Processes on this machine" },
                { value: "container", label: "Containers of a Docker engine" },
              ]}
            />
            {release.kind === "container" ? (
              <>
                <TryEngine environment={fleet.environment} draft={engine}>
                  {(refused) => <EngineFields draft={engine} onChange={(next) => set({ engine: next })} failure={refused ?? failure} />}
                </TryEngine>
                {adoption ? (
                  <AdoptionPanel
                    adoption={adoption}
                    engineUrl={engine.url}
                    onChoose={(difference, words) => setDraft((before) => chooseIn(before, difference, words))}
                    onUndo={() => set({ adoption: null })}
                    failure={failure}
                  />
                ) : (
                  <RunningContainers
                    environment={fleet.environment}
                    draft={engine}
                    onChoose={(image, port) =>
                      set({ release: { kind: "container", fields: { ...release.fields, image, ...(port === null ? {} : { port: String(port) }) } } })
                    }
                    onAdopt={(containers) => setDraft((before) => adoptInto(before, containers))}
                  />
                )}
              </>
            ) : null}
          </Part>
          <Part title="Traffic goes through">
            <RadioGroup
              label="Traffic goes through"
              value={balancer.type}
              onValueChange={(type) => set({ balancer: { ...balancer, type } })}
              options={[
                { value: "embedded", label: "Tideline's own load balancer", hint: "On this machine. Counts every request, second by second." },
                { value: "haproxy", label: "HAProxy", hint: "Counts requests and failures; latency comes from a Prometheus." },
                { value: "nginx", label: "NGINX", hint: "Counts nothing for each instance: name a Prometheus afterwards." },
              ]}
            />
            <TryBalancer environment={fleet.environment} draft={balancer}>
              {(refused) => <BalancerFields draft={balancer} onChange={(next) => set({ balancer: next })} failure={refused ?? failure} />}
            </TryBalancer>
          </Part>
          <FormProblem message={messageBeside(failure, adoption ? [...besideFleet, ...besideAdoption] : besideFleet)} />
        </div>
        <div className="grid content-start gap-4">
          <Part title="First release">
            <AnyReleaseFields draft={release} onChange={(next) => set({ release: next })} failure={connect.releaseFailure} />
          </Part>
          <FormProblem message={messageBeside(connect.releaseFailure, [...fieldsOf(release), "service", "engine"])} />
        </div>
      </form>
    </Dialog>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid content-start gap-4">
      <h3 className="font-semibold text-sm">{title}</h3>
      {children}
    </section>
  );
}
