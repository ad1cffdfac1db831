import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { splitCommand } from "#components/ui/split-command.ts";
import { CommandParts } from "./command-parts.tsx";

const chipsOf = (line: string) =>
  [...renderToStaticMarkup(CommandParts({ parts: splitCommand(line) })).matchAll(/<li[^>]*>(.*?)<\/li>/g)].map(([, text]) => text);

test.each<[string, string[]]>([
  ["node main.mjs", ["node", "main.mjs"]],
  ["node 'a b.mjs' --empty ''", ["node", "a b.mjs", "--empty", "(empty)"]],
  ["sh -c 'echo $HOME | cat'", ["sh", "-c", "echo $HOME | cat"]],
  ["echo '<b>'", ["echo", "&lt;b&gt;"]],
  ["same same", ["same", "same"]],
])("%s: one chip for each argument, as it will be given", (line, chips) => expect(chipsOf(line)).toEqual(chips));
