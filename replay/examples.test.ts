import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseReplay } from "#domain/evidence/replay-file.ts";
import { Failure } from "#domain/failure.ts";
import { answerReplay } from "./print.ts";
import { readJson } from "./read.ts";

const folder = new URL("../examples/evidence/", import.meta.url).pathname;
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? file.slice(0, -".json".length) : []));

/** What each example gives is stored beside it; `npx vitest run -u replay/examples` rewrites it, a person reads the difference. */
describe("the example files of evidence", () => {
  test("there are some", () => expect(names.length).toBeGreaterThan(7));

  test.each(names)("%s", async (name) => {
    const content = await readJson(`${folder}${name}.json`);
    const input = content instanceof Failure ? content : parseReplay(content.value);
    if (input instanceof Failure) throw input;
    await expect(answerReplay(input, true)).toMatchFileSnapshot(`${folder}expected/${name}.json`);
    await expect(answerReplay(input, false)).toMatchFileSnapshot(`${folder}expected/${name}.txt`);
  });
});
