import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createInstruments } from "#server/telemetry/instruments.ts";
import { namesIn } from "#server/testing/promql-names.ts";

/** What the registry has, so that page and dashboard cannot drift from it. */
const metrics = createInstruments().registry.getMetricsAsArray();
const page = readFileSync(new URL("./observability.md", import.meta.url), "utf8");
const dashboard = JSON.parse(readFileSync(new URL("./grafana/tideline.json", import.meta.url), "utf8"));

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const expressions: [title: string, expression: string][] = [
  ...(dashboard.panels as Panel[]).flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
  ...(dashboard.templating.list as { name: string; type: string; query: { query: string } }[])
    .filter(({ type }) => type === "query")
    .map(({ name, query }): [string, string] => [`variable ${name}`, query.query]),
  ...[...page.matchAll(/^\| ([^|`]+) \| `([^`]+)` \|$/gm)].map(([, when = "", expression = ""]): [string, string] => [`alert: ${when}`, expression]),
];

/** Series that a metric of the registry makes, with the labels each may be asked for. */
const series = new Map<string, readonly string[]>();
for (const { name, type, labelNames } of metrics as unknown as { name: string; type: string; labelNames: string[] }[]) {
  if (`${type}` !== "histogram") series.set(name, labelNames);
  else for (const suffix of ["_bucket", "_sum", "_count"]) series.set(name + suffix, suffix === "_bucket" ? [...labelNames, "le"] : labelNames);
}
/** Given by whoever scrapes. */
const scraped = ["instance", "job"];

test.each(expressions)("%s asks for what there is: %s", (_, expression) => {
  const { names, labels } = namesIn(expression);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect([...series.keys()]).toContain(name);
  const known = new Set([...scraped, ...names.flatMap((name) => series.get(name) ?? [])]);
  for (const label of labels) expect([...known]).toContain(label);
});

test("the page has panels and alerts, and a panel that names nothing would fail", () => {
  expect(expressions.length).toBeGreaterThan(30);
  expect(namesIn('sum by (fleet) (rate(tideline_made_up{fleet=~"a", zone="b"}[5m])) > 3 or vector(0)')).toEqual({
    names: ["tideline_made_up"],
    labels: ["fleet", "zone"],
  });
});

test("the page lists every metric of ours with its labels, and no other", () => {
  const listed = [...page.matchAll(/^\| `(tideline_\w+)` \| (.*?) ?\|$/gm)].map(([, name, labels = ""]) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  ]);
  const ours = (metrics as unknown as { name: string; labelNames: string[] }[])
    .filter(({ name }) => name.startsWith("tideline_"))
    .map(({ name, labelNames }) => [name, labelNames]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(ours));
});

test("every metric says what it is in a sentence", () => {
  for (const { help, name } of metrics as unknown as { help: string; name: string }[])
    if (name.startsWith("tideline_")) expect(help).toMatch(/^[1A-Z].*[.]$/);
});
