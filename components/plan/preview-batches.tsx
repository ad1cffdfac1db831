"use client";

import { Badge } from "#components/ui/badge.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { Course } from "#domain/simulation/course.ts";
import { formatNames } from "./plan-sentence.ts";
import { nameBatch } from "./preview-lanes.ts";

const rowsMax = 100;

/** Every batch with the very instances it would take. */
export function PreviewBatches({ course }: { course: Course }) {
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
          {course.batches.slice(0, rowsMax).map((batch) => (
            <Tr key={`${batch.rolloutId} ${batch.number}`}>
              <Td className="numbers font-medium">{nameBatch(course, batch)}</Td>
              <Td>
                <span className="flex flex-wrap items-baseline gap-x-2">
                  <span className="flex items-baseline gap-x-2">
                    <span className="numbers text-ink-faint">{batch.instanceIds.length}</span>
                    <span className="min-w-0 font-mono text-xs">{formatNames(batch.instanceIds)}</span>
                  </span>
                  {batch.needsApproval ? <Badge>approval</Badge> : null}
                </span>
              </Td>
              <Td number className="whitespace-nowrap max-sm:hidden">
                {formatDuration(batch.startedAtMs)}
              </Td>
              <Td number className="whitespace-nowrap">
                {batch.settledAtMs === null ? "not settled" : formatDuration(batch.settledAtMs - batch.startedAtMs)}
              </Td>
              <Td number className="whitespace-nowrap">
                {batch.soakMs === 0 ? "none" : formatDuration(batch.soakMs)}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      {course.batches.length > rowsMax ? (
        <p className="px-3 py-2 text-ink-faint text-xs">
          The first {rowsMax} of {course.batches.length} batches.
        </p>
      ) : null}
    </>
  );
}
