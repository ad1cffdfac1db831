import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PrometheusSettings } from "#domain/settings/prometheus.ts";
import { sourceProblemCodes } from "#domain/source-interval.ts";

const page = readFileSync(new URL("./prometheus.md", import.meta.url), "utf8");

test("the page's settings are settings, with every field there is", () => {
  const [, example = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const settings = PrometheusSettings.parse(JSON.parse(example));
  expect(Object.keys(settings).sort()).toEqual(Object.keys(PrometheusSettings.shape).sort());
});

test("the page names every problem, and no other", () => {
  const [, table = ""] = /\| problem \| means \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code));
  expect(named.sort()).toEqual([...sourceProblemCodes].sort());
});
