import { z } from "zod";
import { passwordLengthMax, passwordLengthMin } from "./password-length.ts";

/** Any characters, spaces too. What the password holds is checked besides: see `whyGuessable`. */
export const Password = z
  .string({ error: "Give a password." })
  .min(passwordLengthMin, { error: `A password has at least ${passwordLengthMin} characters.` })
  .max(passwordLengthMax, { error: `A password has at most ${passwordLengthMax} characters.` });

/** Shorter ones are in too many good passwords by chance. */
const wordLengthMin = 4;

export interface PasswordOwner {
  readonly name: string;
  readonly email: string;
}

/** Why somebody would guess it, as a sentence; null when no list and nothing known of its owner leads to it. */
export function whyGuessable(password: string, owner: PasswordOwner, common: ReadonlySet<string>): string | null {
  const folded = password.normalize("NFKC").toLowerCase();
  const word = wordsOf(owner).find((each) => folded.includes(each));
  if (word) return `A password does not hold "${word}": that is tried first. Choose another.`;
  if (formsOf(folded).some((form) => common.has(form)))
    return "This is one of the passwords that are tried first. Choose another, such as four words.";
  if (new Set(folded).size < 5) return "This password repeats a few characters. Choose another, such as four words.";
  return null;
}

/** The product's name, and what is known of the person. */
function wordsOf({ name, email }: PasswordOwner): string[] {
  const parts = ["tideline", ...name.split(/\s+/), ...email.split("@").flatMap((side) => side.split("."))];
  return parts.map((part) => part.normalize("NFKC").toLowerCase()).filter((part) => part.length >= wordLengthMin);
}

/** As it is, without the digits and marks around it, and the half of one that is written twice. */
function formsOf(password: string): string[] {
  const stem = password.replace(/^[\d\W_]+|[\d\W_]+$/g, "");
  return [password, stem].flatMap((form) => {
    const half = form.slice(0, form.length / 2);
    return form === half + half ? [form, half] : [form];
  });
}
