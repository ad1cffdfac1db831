import { passwordLengthMin } from "#domain/password-length.ts";

export const passwordHint = `At least ${passwordLengthMin} characters, spaces too: four words are good. Not one that lists hold, and without your name.`;

/** What can be told of a new account before it is sent; the server knows the list of common passwords. */
export const accountRules = {
  name: (name: string) => (name ? null : "Give your name."),
  password: (password: string) => {
    if (!password) return "Give a password.";
    return password.length < passwordLengthMin ? `Use at least ${passwordLengthMin} characters.` : null;
  },
};
