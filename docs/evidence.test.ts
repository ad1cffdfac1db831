import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseReplay } from "#domain/evidence/replay-file.ts";
import { Failure } from "#domain/failure.ts";
import { answerReplay } from "#replay/print.ts";

const url = new URL("./evidence.md", import.meta.url);
const page = readFileSync(url, "utf8");
const example = /```json\n(\{[\s\S]*?)```\n\n```text\n[\s\S]*?```\n\n(.*)\n\n```json\n[\s\S]*?```/g;

function answer(json: string, asJson: boolean): string {
  const input = parseReplay(JSON.parse(json));
  if (input instanceof Failure) throw input;
  return answerReplay(input, asJson);
}

/** `TIDELINE_DOCS=write npx vitest run docs/evidence` writes what the replay says into the page; a person reads the difference. */
test("the example is what the replay says", () => {
  const fence = (kind: string, text: string) => `\`\`\`${kind}\n${text}\`\`\``;
  const written = page.replace(example, (_, json: string, between: string) =>
    [fence("json", json), fence("text", answer(json, false)), between, fence("json", answer(json, true))].join("\n\n"),
  );
  if (process.env["TIDELINE_DOCS"] === "write") writeFileSync(url, written);
  else expect(page).toBe(written);
  expect([...page.matchAll(example)]).toHaveLength(1);
});
