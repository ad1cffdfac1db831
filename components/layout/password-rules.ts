import { passwordLengthMin } from "#domain/password.ts";

export const passwordHint = `At least ${passwordLengthMin} characters, spaces too: four words are good. Not one that lists hold, and without your name.`;

/** What can be told before it is sent; the server knows the list of common ones. */
export const passwordRules = {
  required: "Give a password.",
  minLength: { value: passwordLengthMin, message: `Use at least ${passwordLengthMin} characters.` },
};
