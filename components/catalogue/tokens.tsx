import { Card } from "#components/ui/card.tsx";

/** Whole class names: Tailwind finds only what is written out. */
const grounds = [
  ["canvas", "bg-canvas"],
  ["surface", "bg-surface"],
  ["raised", "bg-raised"],
  ["sunken", "bg-sunken"],
  ["hover", "bg-hover"],
  ["line", "bg-line"],
  ["line-strong", "bg-line-strong"],
] as const;

const tones = [
  ["accent", "bg-accent-soft text-accent", "bg-accent"],
  ["ok", "bg-ok-soft text-ok", "bg-ok"],
  ["warn", "bg-warn-soft text-warn", "bg-warn"],
  ["bad", "bg-bad-soft text-bad", "bg-bad"],
  ["progress", "bg-progress-soft text-progress", "bg-progress"],
] as const;

const releases = [
  ["old release", "bg-release-old"],
  ["new release", "bg-release-new"],
  ["third", "bg-release-third"],
  ["fourth", "bg-release-fourth"],
] as const;

export function Colours() {
  return (
    <Card title="Colours" description="One neutral scale, one accent; every other colour is a state or a release">
      <div className="grid gap-5">
        <Swatches items={grounds} />
        <ul className="grid grid-cols-2 gap-2 sm:grid-cols-5">
          {tones.map(([name, soft, mark]) => (
            <li key={name} className={`flex items-center gap-2 rounded-md px-3 py-2 font-medium text-sm ${soft}`}>
              <span aria-hidden className={`size-3 rounded-sm ${mark}`} />
              {name}
            </li>
          ))}
        </ul>
        <Swatches items={releases} />
        <p className="flex flex-wrap gap-x-6 text-sm">
          <span>ink: what is read</span>
          <span className="text-ink-soft">ink-soft: what explains it</span>
          <span className="text-ink-faint">ink-faint: what may be overlooked</span>
        </p>
      </div>
    </Card>
  );
}

function Swatches({ items }: { items: readonly (readonly [string, string])[] }) {
  return (
    <ul className="flex flex-wrap gap-3">
      {items.map(([name, ground]) => (
        <li key={name} className="w-24 text-ink-soft text-xs">
          <span aria-hidden className={`mb-1 block h-10 rounded-md border border-line ${ground}`} />
          {name}
        </li>
      ))}
    </ul>
  );
}

const sizes = [
  ["2xl, one figure of a page", "font-semibold text-2xl"],
  ["xl, the page", "font-semibold text-xl tracking-tight"],
  ["lg, a dialog", "font-semibold text-lg"],
  ["base, text", "text-base"],
  ["sm, tables and controls", "text-sm"],
  ["xs, what stands beside", "text-xs"],
] as const;

export function Types() {
  return (
    <Card title="Type" description="Geist, and Geist Mono for names, keys and output">
      <ul className="grid gap-2">
        {sizes.map(([name, look]) => (
          <li key={name} className={look}>
            {name}: batch 3 of 6 soaks
          </li>
        ))}
        <li className="font-mono text-sm">mono: sha256:8f2c… i07 GET /healthz 200</li>
        <li className="numbers text-sm">
          numbers stand under each other:
          <span className="mt-1 block w-24 text-right">1,118.4</span>
          <span className="block w-24 text-right">907.0</span>
        </li>
      </ul>
    </Card>
  );
}

const steps = [1, 2, 3, 4, 6, 8] as const;
const widths: Readonly<Record<(typeof steps)[number], string>> = { 1: "w-1", 2: "w-2", 3: "w-3", 4: "w-4", 6: "w-6", 8: "w-8" };

export function Spacing() {
  return (
    <Card title="Distance and corners" description="Multiples of 4 px, of 3.5 px where the density is compact">
      <div className="flex flex-wrap items-end gap-6 text-ink-soft text-xs">
        {steps.map((step) => (
          <span key={step}>
            <span aria-hidden className={`mb-1 block h-6 bg-accent ${widths[step]}`} />
            {step}
          </span>
        ))}
        <span className="rounded-sm border border-line px-3 py-2">corner sm: badges, cells</span>
        <span className="rounded-md border border-line px-3 py-2">corner md: controls</span>
        <span className="rounded-lg border border-line px-3 py-2">corner lg: cards</span>
        <span className="rounded-md border border-line bg-raised px-3 py-2 shadow-pop">shadow: only what floats</span>
      </div>
    </Card>
  );
}
