"use client";

import { Badge } from "#components/ui/badge.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { Preview } from "#domain/simulation/preview.ts";
import { formatNames } from "./plan-sentence.ts";

const rowsMax = 100;

/** Every batch with the very instances it would take. */
export function PreviewBatches({ preview }: { preview: Preview }) {
  return (
    <>
      <Table caption="Batches of the preview">
        <thead>
          <tr>
            <Th>Batch</Th>
            <Th>Instances</Th>
            <Th number className="max-sm:hidden">
              Starts at
            </Th>
            <Th number>Update</Th>
            <Th number>Soak</Th>
          </tr>
        </thead>
        <tbody>
          {preview.batches.slice(0, rowsMax).map((batch) => (
            <Tr key={batch.number}>
              <Td className="numbers font-medium">{batch.number}</Td>
              <Td>
                <span className="numbers mr-2 text-ink-faint">{batch.instanceIds.length}</span>
                <span className="font-mono text-xs">{formatNames(batch.instanceIds)}</span>
                {batch.needsApproval ? <Badge className="ml-2">approval</Badge> : null}
              </Td>
              <Td number className="whitespace-nowrap max-sm:hidden">
                {formatDuration(batch.startedAtMs)}
              </Td>
              <Td number className="whitespace-nowrap">
                {formatDuration(batch.settledAtMs - batch.startedAtMs)}
              </Td>
              <Td number className="whitespace-nowrap">
                {batch.soakMs === 0 ? "none" : formatDuration(batch.soakMs)}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      {preview.batches.length > rowsMax ? (
        <p className="px-3 py-2 text-ink-faint text-xs">
          The first {rowsMax} of {preview.batches.length} batches.
        </p>
      ) : null}
    </>
  );
}
