"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { ScrollArea } from "#components/ui/scroll-area.tsx";
import type { MadeContainer } from "#domain/made-container.ts";
import { failureOf, messageBeside } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { type EngineDraft, toEngine } from "./engine-draft.ts";

interface RunningContainersProps {
  readonly environment: string;
  readonly draft: EngineDraft;
  /** The image of one of them, and the first port that it exposes. */
  readonly onChoose: (image: string, port: number | null) => void;
  /** How those were made that are to be the instances. */
  readonly onAdopt: (containers: readonly MadeContainer[]) => void;
}

/** What runs on the engine already: the first release is often one of them, and the instances are often all of one image. */
export function RunningContainers({ environment, draft, onChoose, onAdopt }: RunningContainersProps) {
  const trpc = useTRPC();
  const [selected, setSelected] = useState<readonly string[]>([]);
  const where = { environment: environment.trim(), engine: toEngine(draft) };
  const listing = useMutation(trpc.engines.containers.mutationOptions({ onSuccess: () => setSelected([]) }));
  const inspecting = useMutation(trpc.engines.inspect.mutationOptions({ onSuccess: onAdopt }));
  const found = listing.data?.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const free = (found ?? []).filter(({ fleetId }) => fleetId === null);
  const imageId = free.find(({ id }) => selected.includes(id))?.imageId ?? null;
  const ofImage = free.filter((container) => container.imageId === imageId);
  const select = (id: string, isSelected: boolean) => setSelected((before) => (isSelected ? [...before, id] : before.filter((each) => each !== id)));
  const problem = listing.error ?? inspecting.error;
  return (
    <div className="grid gap-3">
      <div>
        <Button size="small" pending={listing.isPending} onClick={() => listing.mutate(where)}>
          List its containers
        </Button>
      </div>
      <FormProblem message={messageBeside(problem ? failureOf(problem) : null, [])} />
      {found?.length === 0 ? <p className="text-ink-soft text-sm">No container runs on this engine.</p> : null}
      {found && found.length > 0 ? (
        <>
          <p className="text-ink-soft text-sm">Select those of one image that are to be the fleet's instances, as they run. Or use an image only.</p>
          <ScrollArea label="Containers that run on the engine" className="max-h-60 rounded-md border border-line">
            <ul className="divide-y divide-line">
              {found.map((container) => (
                <li key={container.id} className="flex items-center gap-3 px-3 py-2">
                  <div className="min-w-0 flex-1">
                    <Checkbox
                      checked={selected.includes(container.id)}
                      disabled={container.fleetId !== null || (imageId !== null && container.imageId !== imageId)}
                      onCheckedChange={(isSelected) => select(container.id, isSelected)}
                    >
                      <span className="break-all font-medium">{container.name}</span> <WhyNot container={container} imageId={imageId} />
                    </Checkbox>
                    <p className="truncate pl-6 font-mono text-ink-soft text-xs" title={container.image}>
                      {container.image}
                      {container.ports.length > 0 ? ` · ${portsOf(container.ports)}` : ""}
                    </p>
                  </div>
                  <Button
                    size="small"
                    aria-label={`Use the image of ${container.name}`}
                    onClick={() => onChoose(container.image, container.ports[0]?.port ?? null)}
                  >
                    Use image
                  </Button>
                </li>
              ))}
            </ul>
          </ScrollArea>
          <div className="flex flex-wrap gap-2">
            <Button
              size="small"
              pending={inspecting.isPending}
              disabledReason={selected.length === 0 ? "Select the containers first." : null}
              onClick={() => inspecting.mutate({ ...where, containers: found.map(({ id }) => id).filter((id) => selected.includes(id)) })}
            >
              {selected.length === 0 ? "Adopt containers" : `Adopt ${formatCount(selected.length, "container")}`}
            </Button>
            {imageId !== null && ofImage.length > selected.length ? (
              <Button size="small" variant="ghost" onClick={() => setSelected(ofImage.map(({ id }) => id))}>
                Select all {ofImage.length} of this image
              </Button>
            ) : null}
          </div>
        </>
      ) : null}
    </div>
  );
}

function WhyNot({ container, imageId }: { container: { readonly fleetId: string | null; readonly imageId: string }; imageId: string | null }) {
  if (container.fleetId !== null) return <Badge>of a fleet</Badge>;
  return imageId !== null && container.imageId !== imageId ? <Badge>another image</Badge> : null;
}

function portsOf(ports: readonly { readonly port: number }[]): string {
  return [...new Set(ports.map(({ port }) => port))].join(", ");
}
