import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAnsi, stripAnsi } from "./ansi.ts";

const esc = "\u001b";
const told = (line: string) =>
  parseAnsi(line).map(({ text, tone, bold, dim, italic, underline }) =>
    [text, tone, bold && "bold", dim && "dim", italic && "italic", underline && "underline"].filter(Boolean).join(" "),
  );

test.each([
  ["plain text is one stretch", "hello", ["hello"]],
  ["a colour and its end", `${esc}[31mred${esc}[0m plain`, ["red red", " plain"]],
  ["an empty code ends everything", `${esc}[1;32mok${esc}[m.`, ["ok green bold", "."]],
  ["bright colours are their own", `${esc}[91mred${esc}[90mgrey`, ["red red", "grey grey"]],
  [
    "looks add up and end one by one",
    `${esc}[3;4;33mwarn${esc}[24m on${esc}[39;23m off`,
    ["warn yellow italic underline", " on yellow italic", " off"],
  ],
  ["black and white are the theme's", `${esc}[30mblack${esc}[37mwhite`, ["black", "white"]],
  ["a colour of 256 is left out, and what follows it is not", `${esc}[38;5;196;1mbold`, ["bold bold"]],
  ["a colour of its own is left out", `${esc}[38;2;1;2;31mx${esc}[48;2;9;9;9;4my`, ["x", "y underline"]],
  ["an esc that was replaced on the way", "\ufffd[31mred", ["red red"]],
  ["other sequences are taken out", `a${esc}[2Kb${esc}[10;5Hc`, ["abc"]],
  ["markup is text", "<img src=x onerror=alert(1)>", ["<img src=x onerror=alert(1)>"]],
])("%s", (_name, line, expected) => {
  expect(told(line)).toEqual(expected);
});

test("whatever a program writes, its characters are shown and no control character is", () => {
  const part = fc.oneof(fc.string(), fc.constantFrom(`${esc}[31m`, `${esc}[0m`, `${esc}[`, "\u0000", "\u202e", `${esc}[38;2`, "m", ";"));
  fc.assert(
    fc.property(
      fc.array(part).map((parts) => parts.join("")),
      (line) => {
        const text = parseAnsi(line)
          .map((span) => span.text)
          .join("");
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(stripAnsi(line)).not.toContain(esc);
      },
    ),
  );
});
