import fc from "fast-check";
import { expect, test } from "vitest";
import { joinCommand, splitCommand } from "./split-command.ts";

test.each([
  ["", []],
  ["   ", []],
  ["node server.mjs", ["node", "server.mjs"]],
  ["  node   --name 'a b'  ", ["node", "--name", "a b"]],
  ['say "it\'s fine"', ["say", "it's fine"]],
  ["a '' b", ["a", "", "b"]],
  ["path\\ with\\ spaces", ["path with spaces"]],
  ["echo $HOME && rm | x", ["echo", "$HOME", "&&", "rm", "|", "x"]],
  ["--flag='one two'three", ["--flag=one twothree"]],
  ["an 'open quote", ["an", "open quote"]],
])("%s", (line, parts) => expect(splitCommand(line)).toEqual(parts));

test("what was joined splits into the same parts", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (parts) => {
      expect(splitCommand(joinCommand(parts))).toEqual(parts);
    }),
  );
});
