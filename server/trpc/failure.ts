import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { describeDatabaseFault } from "#db/queries/fault.ts";
import { Failure, type FailureCode, type Problem } from "#domain/failure.ts";
import { problemsOf } from "#domain/problems.ts";

/** A refusal as the browser receives it, in `error.data.failure`. */
export interface FailureShape {
  readonly code: FailureCode;
  readonly message: string;
  readonly problems: readonly Problem[];
}

const problemsMax = 50;

const toTrpcCode = {
  "not-found": "NOT_FOUND",
  "not-allowed": "FORBIDDEN",
  "not-allowed-now": "PRECONDITION_FAILED",
  invalid: "BAD_REQUEST",
  conflict: "CONFLICT",
  limit: "TOO_MANY_REQUESTS",
  unavailable: "SERVICE_UNAVAILABLE",
  internal: "INTERNAL_SERVER_ERROR",
} as const satisfies Record<FailureCode, TRPCError["code"]>;

/** tRPC's own refusals, said in our words. What is not here is a bug of ours, and no detail of it leaves the server. */
const ownRefusals: Partial<Record<TRPCError["code"], FailureCode>> = {
  UNAUTHORIZED: "not-allowed",
  NOT_FOUND: "not-found",
  METHOD_NOT_SUPPORTED: "invalid",
  UNSUPPORTED_MEDIA_TYPE: "invalid",
  BAD_REQUEST: "invalid",
  PARSE_ERROR: "invalid",
  PAYLOAD_TOO_LARGE: "limit",
};

/** Gives an error thrown by a verb the code of its Failure, so that the HTTP status is right as well. */
export function withFailureCode(error: TRPCError): TRPCError {
  if (error.code !== "INTERNAL_SERVER_ERROR") return error;
  const failure = error.cause instanceof Failure ? error.cause : failureOfDatabase(error.cause);
  return failure ? new TRPCError({ code: toTrpcCode[failure.code], message: failure.message, cause: failure }) : error;
}

function failureOfDatabase(error: unknown): Failure | null {
  const fault = describeDatabaseFault(error);
  return fault === null ? null : unavailable(fault, error);
}

/** The database is at fault, and a person can only wait or mend it. The cause is for our log. */
export function unavailable(fault: string, cause: unknown): Failure {
  return Object.assign(new Failure("unavailable", `${fault} Fleets and their traffic stay up. Try again when that is mended.`), { cause });
}

export function toFailureShape(error: TRPCError, requestId: string): FailureShape {
  const { cause } = error;
  if (cause instanceof Failure && cause.code !== "internal")
    return { code: cause.code, message: cause.message, problems: cause.problems.slice(0, problemsMax) };
  if (cause instanceof ZodError) {
    const problems = problemsOf(cause).slice(0, problemsMax);
    const first = problems[0];
    return { code: "invalid", message: first ? sentence(first) : "The input is not valid.", problems };
  }
  const code = ownRefusals[error.code];
  if (code) return { code, message: error.message, problems: [] };
  return { code: "internal", message: `Something went wrong on the server. Look for request ${requestId} in its log.`, problems: [] };
}

export function isInternal(error: TRPCError): boolean {
  return toFailureShape(error, "").code === "internal";
}

function sentence(problem: Problem): string {
  return problem.field === "" ? problem.message : `${problem.field}: ${problem.message}`;
}
