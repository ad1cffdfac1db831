"use client";

import { Check, type LucideIcon, Minus, TriangleAlert } from "lucide-react";
import { use } from "react";
import { useFormContext } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { formatPerSecond } from "#components/ui/numbers.ts";
import { formatDuration } from "#domain/duration.ts";
import { type BatchPower, decidingTests, formatShare, type TestPower } from "#domain/evidence/plan-power.ts";
import { metricText } from "#domain/evidence/words.ts";
import type { PlanForm } from "./plan-form.ts";
import { type PlanPower, PlanPowerContext, toDurationText } from "./plan-power.ts";
import { formatNames } from "./plan-sentence.ts";

/** Columns that fit beside the names. */
const batchesShownMax = 3;

/** What each batch can find at the fleet's present traffic, while one types, and what would do. */
export function PowerTable() {
  const power = use(PlanPowerContext);
  if (power === null) return null;
  return (
    <section aria-label="What the soaks can find" className="rounded-md border border-line">
      <header className="border-line border-b px-3 py-2">
        <h3 className="font-medium text-sm">What the soaks can find</h3>
        <p className="numbers text-ink-faint text-xs">{whereText(power)}</p>
      </header>
      {power.batches.some(({ tests }) => tests.length > 0) ? (
        <>
          <Table batches={power.batches.slice(0, batchesShownMax)} />
          <Fixes power={power} />
          <RarestNote batches={power.batches} />
        </>
      ) : null}
    </section>
  );
}

function whereText({ batches, fleetName, requestsPerSecond }: PlanPower): string {
  if (requestsPerSecond === null) return "Choose a fleet with traffic in the preview: what can be found depends on its requests.";
  if (!(requestsPerSecond > 0)) return `${fleetName} has no traffic now, so evidence could say nothing there.`;
  if (batches.every(({ tests }) => tests.length === 0)) return "Nothing is left to compare with from the first batch on: only the ceiling judges.";
  return `On ${fleetName}, at its ${formatPerSecond(requestsPerSecond)} requests/s now: mean time until such a release is found.`;
}

function Table({ batches }: { batches: readonly BatchPower[] }) {
  const rows = batches[0]?.tests ?? [];
  const deciding = new Set(decidingTests(rows).map(({ test }) => test));
  return (
    <table className="numbers w-full border-collapse text-left text-xs">
      <caption className="sr-only">Mean time until a worse release is found, by batch</caption>
      <thead>
        <tr className="text-ink-faint">
          <th scope="col" className="px-3 py-1.5 font-medium">
            A rise of
          </th>
          {batches.map(({ number, share, soakMs }) => (
            <th key={number} scope="col" className="py-1.5 pl-2 text-right font-medium last:pr-3">
              <span className="block text-ink">Batch {number}</span>
              <span className="block whitespace-nowrap font-normal">{formatShare(share)} new</span>
              <span className="block font-normal">{formatDuration(soakMs)} soak</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ test, base, worse }) => (
          <tr key={test} className="border-line border-t">
            <th scope="row" className="px-3 py-1.5 font-normal">
              <span className="block whitespace-nowrap font-medium">{capital(metricText(test))}</span>
              <span className="block whitespace-nowrap text-ink-faint">
                {formatShare(base)} to {formatShare(worse)}
              </span>
            </th>
            {batches.map((batch) => (
              <td key={batch.number} className="py-1.5 pl-2 text-right align-middle last:pr-3">
                <Found power={batch.tests.find((each) => each.test === test) ?? null} decides={deciding.has(test)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const looks: Readonly<Record<TestPower["finds"], { Icon: LucideIcon; ink: string; word: string }>> = {
  most: { Icon: Check, ink: "text-ok", word: "the soak finds nine in ten" },
  half: { Icon: Minus, ink: "text-warn", word: "the soak finds about half" },
  few: { Icon: TriangleAlert, ink: "text-warn", word: "the soak lets most pass" },
  none: { Icon: Minus, ink: "text-ink-faint", word: "within the margin" },
};

/** Only what the soaks are held to is marked as a lack: few plans find the rest within a batch. */
function Found({ power, decides }: { power: TestPower | null; decides: boolean }) {
  if (power === null) return <span className="text-ink-faint">ceiling only</span>;
  const { word, ...look } = looks[power.finds];
  const { Icon, ink } = decides || power.finds === "most" ? look : { Icon: Minus, ink: "text-ink-soft" };
  return (
    <span title={word} className={cn("inline-flex items-center justify-end gap-1 whitespace-nowrap", ink)}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {power.meanMs === null ? "never" : formatShort(power.meanMs)}
      <span className="sr-only">, {word}</span>
    </span>
  );
}

/** One click writes it into the first batch's row; later batches have more of the traffic and need less. */
function Fixes({ power: { batches, soakMs, firstSize } }: { power: PlanPower }) {
  const { setValue } = useFormContext<PlanForm>();
  const tests = decidingTests(batches[0]?.tests ?? []);
  const write = (part: "size" | "soak", value: string) => setValue(`batches.0.${part}`, value, { shouldDirty: true, shouldTouch: true });
  if (soakMs === null)
    return (
      <p className="border-line border-t px-3 py-2 text-ink-soft text-xs">
        {tests.some(({ finds }) => finds === "none")
          ? "What is within the margin is never found: make the margin smaller or the smallest effect larger."
          : `The soak of batch 1 finds nine in ten such releases or more by ${namesOf(tests)}.`}
      </p>
    );
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-t px-3 py-2">
      <p className="basis-full text-ink-soft text-xs">
        The soak of batch 1 lets some such releases on to the next batch, where evidence adds up further. To find nine in ten at once by{" "}
        {namesOf(tests)}:
      </p>
      <Button size="small" onClick={() => write("soak", toDurationText(soakMs))}>
        Use a soak of {formatDuration(soakMs)}
      </Button>
      {firstSize === null ? null : (
        <Button size="small" onClick={() => write("size", String(firstSize))}>
          Use {firstSize} instances first
        </Button>
      )}
    </div>
  );
}

/** Too rare for one soak at most fleets' traffic, which is no fault of the plan. */
function RarestNote({ batches: [first] }: { batches: readonly BatchPower[] }) {
  const tests = first?.tests ?? [];
  const rarest = tests.find(({ test }) => test === "latency-p99.9");
  if (!rarest || rarest.enoughMs === null || rarest.finds === "most" || decidingTests(tests).includes(rarest)) return null;
  return (
    <p className="numbers border-line border-t px-3 py-2 text-ink-faint text-xs">
      By p99.9 batch 1 alone would find nine in ten in a soak of {formatDuration(rarest.enoughMs)}; over all batches it adds up.
    </p>
  );
}

function namesOf(tests: readonly TestPower[]): string {
  return formatNames(tests.map(({ test }) => metricText(test)));
}

/** A mean is known to two digits: "47 s", "8.1 min", "2.3 h". */
function formatShort(ms: number): string {
  const [value, unit] = ms < 100_000 ? [ms / 1_000, "s"] : ms < 6_000_000 ? [ms / 60_000, "min"] : [ms / 3_600_000, "h"];
  return `${value < 9.95 && unit !== "s" ? value.toFixed(1) : Math.round(value).toLocaleString("en-US")} ${unit}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
