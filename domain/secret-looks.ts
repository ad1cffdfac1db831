/** Parts of names that are given to secrets: `DB_PASSWORD`, `stripeApiKey`, `SESSION_SALT`. */
const name =
  /pass(word|wd|phrase)?(_|$)|pwd|secret|token|credential|private|cookie|session|signing|salt|dsn|(api|access|auth|crypt(ion)?|master|license|client|secret)_?keys?(_|$)|_keys?$|^key$|^auth$|_auth$/i;
/** A URL with a password, a key in PEM, `password=…` within a longer text, and the beginnings of well-known tokens. */
const value =
  /:\/\/[^\s/@]*:[^\s/@]+@|-----BEGIN |(password|passwd|pwd|secret|token|api_?key)["']?\s*[=:]|^(eyJ[\w-]{8}|AKIA|gh[pousr]_|glpat-|xox[abprs]-|[sr]k_(live|test)_|sk-)/i;

const flag = /^--?[\w-]*(password|passwd|secret|token|api[_-]?key)/i;

/** Whether a variable seems to hold a secret, by its name or its value. It may be wrong both ways: rather too often than not. */
export function looksSecret(variable: string, text: string): boolean {
  return name.test(variable.replace(/([a-z])([A-Z])/g, "$1_$2")) || hasSecret(text);
}

/** The same of an argument, which has no name of its own but where it is `--password`, and the next one is it. */
export function hasSecret(text: string): boolean {
  return value.test(text) || flag.test(text);
}
