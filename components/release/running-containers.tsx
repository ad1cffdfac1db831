"use client";

import { useMutation } from "@tanstack/react-query";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { ScrollArea } from "#components/ui/scroll-area.tsx";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { type EngineDraft, toEngine } from "./engine-draft.ts";

interface RunningContainersProps {
  readonly environment: string;
  readonly draft: EngineDraft;
  /** The image of one of them, and the first port that it exposes. */
  readonly onChoose: (image: string, port: number | null) => void;
}

/** What runs on the engine already: the first release is often one of them. */
export function RunningContainers({ environment, draft, onChoose }: RunningContainersProps) {
  const listing = useMutation(useTRPC().engines.containers.mutationOptions());
  const found = listing.data;
  return (
    <div className="grid gap-3">
      <div>
        <Button size="small" pending={listing.isPending} onClick={() => listing.mutate({ environment: environment.trim(), engine: toEngine(draft) })}>
          List its containers
        </Button>
      </div>
      <FormProblem message={listing.error ? failureOf(listing.error).message : null} />
      {found?.length === 0 ? <p className="text-ink-soft text-sm">No container runs on this engine.</p> : null}
      {found && found.length > 0 ? (
        <ScrollArea label="Containers that run on the engine" className="max-h-60 rounded-md border border-line">
          <ul className="divide-y divide-line">
            {found.map(({ id, name, image, ports, fleetId }) => (
              <li key={id} className="flex items-center gap-3 px-3 py-2">
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2 text-sm">
                    <span className="truncate font-medium">{name}</span>
                    {fleetId === null ? null : <Badge>of a fleet</Badge>}
                  </p>
                  <p className="truncate font-mono text-ink-soft text-xs" title={image}>
                    {image}
                    {ports.length > 0 ? ` · ${portsOf(ports)}` : ""}
                  </p>
                </div>
                <Button size="small" aria-label={`Use the image of ${name}`} onClick={() => onChoose(image, ports[0]?.port ?? null)}>
                  Use image
                </Button>
              </li>
            ))}
          </ul>
        </ScrollArea>
      ) : null}
    </div>
  );
}

function portsOf(ports: readonly { readonly port: number }[]): string {
  return [...new Set(ports.map(({ port }) => port))].join(", ");
}
