import { type FailureCode, failureCodes, type Problem } from "#domain/failure.ts";

/** A refusal as a screen shows it. `problems` name fields by dotted path. */
export interface ShownFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly requestId: string | null;
  /** The session has ended or never was. */
  readonly signedOut: boolean;
}

/** What went wrong, in words, whatever was thrown. A call that failed has `data`: what the server said, undefined where it said nothing. */
export function failureOf(error: unknown): ShownFailure {
  if (!(error instanceof Error && "data" in error)) return unexpected(null);
  const data = isRecord(error.data) ? error.data : null;
  const requestId = typeof data?.requestId === "string" ? data.requestId : null;
  const signedOut = data?.code === "UNAUTHORIZED";
  const failure = isRecord(data?.failure) ? data.failure : null;
  if (failure && isCode(failure.code))
    return { code: failure.code, message: String(failure.message), problems: problemsOf(failure.problems), requestId, signedOut };
  if (signedOut) return { code: "not-allowed", message: "You are signed out. Sign in again.", problems: [], requestId, signedOut };
  if (!data) return { ...unexpected(null), code: "unavailable", message: "Tideline does not answer. Check that it is running, then try again." };
  return unexpected(requestId);
}

/** The sentence for one field, if the server named it. `prefix` matches the fields below it too. */
export function problemAt(failure: ShownFailure | null, field: string, options: { below?: boolean } = {}): string | null {
  const match = failure?.problems.find((problem) => problem.field === field || (options.below && problem.field.startsWith(`${field}.`)));
  return match?.message ?? null;
}

/** The message above a form: the whole failure unless the listed fields already say all of it. */
export function messageBeside(failure: ShownFailure | null, fields: readonly string[]): string | null {
  if (!failure) return null;
  const unseen = failure.problems.filter((problem) => !fields.some((field) => problem.field === field || problem.field.startsWith(`${field}.`)));
  if (failure.problems.length > 0 && unseen.length === 0) return null;
  return unseen[0] ? unseen.map((problem) => (problem.field ? `${problem.field}: ${problem.message}` : problem.message)).join(" ") : failure.message;
}

function unexpected(requestId: string | null): ShownFailure {
  return {
    code: "internal",
    message: "Something went wrong on our side. Try again; if it stays, look into the server's log.",
    problems: [],
    requestId,
    signedOut: false,
  };
}

function problemsOf(value: unknown): Problem[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((problem) => ({ field: String(problem.field ?? ""), message: String(problem.message ?? "") }));
}

function isCode(value: unknown): value is FailureCode {
  return (failureCodes as readonly unknown[]).includes(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
