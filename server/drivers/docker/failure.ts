import { Failure, type FailureCode } from "#domain/failure.ts";

/** An engine's words, and a program's, are somebody else's: one line of this many characters. */
const wordsMax = 240;

/** Words by which a plain "internal error" of the engine says what it means. First match wins. */
const meanings: readonly (readonly [pattern: RegExp, code: FailureCode])[] = [
  [/no space left on device|disk quota exceeded/i, "limit"],
  [/port is already allocated|address already in use|all ports are allocated/i, "conflict"],
  [/unauthorized|authentication required|access denied|access to the resource is denied|no basic auth credentials/i, "invalid"],
  [/manifest unknown|not found|no such image|repository does not exist/i, "invalid"],
  [/executable file not found|no such file or directory|permission denied|is a directory/i, "invalid"],
  [/deadline exceeded|connection refused|connection reset|no such host|i\/o timeout|tls handshake|net\/http|proxyconnect/i, "unavailable"],
];

const codes: Readonly<Record<number, FailureCode>> = {
  400: "invalid",
  401: "not-allowed",
  403: "not-allowed",
  404: "not-found",
  409: "conflict",
  503: "unavailable",
  507: "limit",
};

const connectionWords: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket. Is the engine running?",
  ECONNREFUSED: "it refuses the connection. Is the engine running?",
  ECONNRESET: "it broke the connection.",
  EPIPE: "it broke the connection.",
  EACCES: "Tideline's user may not open its socket. Add it to the socket's group.",
  EPERM: "Tideline's user may not open its socket. Add it to the socket's group.",
  EHOSTUNREACH: "its address cannot be reached.",
  ENETUNREACH: "its address cannot be reached.",
  ETIMEDOUT: "it does not answer.",
  ENOTFOUND: "its name has no address.",
};

/** One line without control characters, bounded. */
export function plainWords(text: string, max = wordsMax): string {
  const line = text
    .slice(0, max * 4)
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replace(/ +/g, " ")
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** What a call to the engine came to. An answer says no; without one nothing is known, which is `unavailable`. */
export function toFailure(error: unknown, engine: string, secrets: readonly string[] = []): Failure {
  if (error instanceof Failure) return error;
  const status = statusOf(error);
  if (status === null) return new Failure("unavailable", `The engine at ${engine} cannot be asked: ${describeConnection(error)}`);
  const words = plainWords(redact(wordsOf(error), secrets));
  return new Failure(codeOf(status, words), `The engine at ${engine} says: ${words}`);
}

/** Null: it was no answer of the engine's. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : null;
}

/** The meaning of words that came without a status, as a pull's do. */
export function codeOf(status: number | null, words: string): FailureCode {
  const known = status === null ? undefined : codes[status];
  const meant = meanings.find(([pattern]) => pattern.test(words))?.[1];
  // Engines before 23 answer 500 to much that is the caller's doing.
  return status === 500 || status === null ? (meant ?? "conflict") : (known ?? (status > 500 ? "unavailable" : "invalid"));
}

/** A registry may send back what it was sent. */
export function redact(words: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => (secret === "" ? text : text.replaceAll(secret, "[redacted]")), words);
}

function wordsOf(error: unknown): string {
  const json = error instanceof Error && "json" in error ? error.json : null;
  if (json !== null && typeof json === "object" && "message" in json && typeof json.message === "string") return json.message;
  return error instanceof Error ? error.message : "no reason";
}

function describeConnection(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = connectionWords[code];
  if (known) return known;
  if (/CERT|SSL|TLS|ALTNAME/.test(code))
    return `its certificate, or ours, is not accepted (${plainWords(code, 60)}). Check the CA, and who issued both.`;
  return error instanceof Error ? `${plainWords(error.message, 120)}.` : "for no known reason.";
}
