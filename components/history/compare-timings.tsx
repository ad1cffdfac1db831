import { Card } from "#components/ui/card.tsx";
import { missing } from "#components/ui/numbers.ts";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { formatDuration } from "#domain/duration.ts";
import { phaseWords } from "#domain/history/phase-words.ts";
import type { PhaseTime } from "#domain/history/record.ts";
import { type Pair, pairPhases } from "./compare-figures.ts";

/** Where the time of both went, batch by batch. */
export function CompareTimings({ a, b }: Pair<readonly PhaseTime[]>) {
  const rows = pairPhases({ a, b });
  const longest = Math.max(1, ...rows.flatMap((row) => [row.a ?? 0, row.b ?? 0]));
  return (
    <Card title="Where the time went" flush>
      <Table caption="Time by batch and phase">
        <thead>
          <tr>
            <Th>Batch</Th>
            <Th>Phase</Th>
            <Th number>A</Th>
            <Th number>B</Th>
            <Th number>B to A</Th>
            <Th className="w-2/5 max-md:hidden">
              <span className="sr-only">As bars</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={`${row.batch} ${row.phase}`}>
              <Td className="numbers text-ink-soft">{row.batch ?? ""}</Td>
              <Td>{phaseWords[row.phase]}</Td>
              <Td number>{row.a === null ? missing : formatDuration(row.a)}</Td>
              <Td number>{row.b === null ? missing : formatDuration(row.b)}</Td>
              <Td number className="text-ink-soft">
                {differenceText(row.a, row.b)}
              </Td>
              <Td className="max-md:hidden">
                <Bar ms={row.a} longest={longest} className="bg-(--release-old)" />
                <Bar ms={row.b} longest={longest} className="mt-0.5 bg-(--release-new)" />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function Bar({ ms, longest, className }: { ms: number | null; longest: number; className: string }) {
  return <span aria-hidden className={`block h-1.5 rounded-full ${className}`} style={{ width: `${((ms ?? 0) / longest) * 100}%` }} />;
}

function differenceText(a: number | null, b: number | null): string {
  if (a === null || b === null) return missing;
  if (Math.abs(b - a) < 100) return "same";
  return `${b > a ? "+" : "−"}${formatDuration(Math.abs(b - a))}`;
}
