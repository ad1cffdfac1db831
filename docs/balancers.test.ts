import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OutsideBalancer } from "#domain/fleet.ts";

const page = readFileSync(new URL("./balancers.md", import.meta.url), "utf8");

test("the page's settings are settings, one for each", () => {
  const examples = [...page.matchAll(/`(\{\s*"type":[^`]*\})`/g)].map(([, json = ""]) => OutsideBalancer.parse(JSON.parse(json)));
  expect(examples.map(({ type }) => type)).toEqual(["haproxy", "nginx"]);
});
