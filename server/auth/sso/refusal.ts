import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from "openid-client";
import type { SsoProblemCode } from "#domain/sso.ts";

/** Why a sign-in through the provider ended. The message is for admins and the log: it holds no token and no secret. */
export class SsoRefusal extends Error {
  override readonly name = "SsoRefusal";
  readonly code: SsoProblemCode;

  constructor(code: SsoProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

const wordsMax = 300;
/** What the token endpoint says of a code that is old or was used; all else it says is about how we are set up. */
const oldCode = "invalid_grant";
/** Of the library: the answer was none of a provider. */
const strangeAnswers: readonly (string | undefined)[] = [
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_PARSE_ERROR",
];

/** What an error of the library means to whoever signs in. */
export function toRefusal(error: unknown): SsoRefusal {
  const own = [...causesOf(error)].find((each) => each instanceof SsoRefusal);
  if (own) return own;
  if (error instanceof AuthorizationResponseError) return new SsoRefusal("refused", said(error));
  if (error instanceof ResponseBodyError) return new SsoRefusal(error.error === oldCode ? "lost" : "setup", said(error));
  if (error instanceof WWWAuthenticateChallengeError) return new SsoRefusal("setup", notAccepted(error.status));
  const message = shorten(messageOf(error));
  if (error instanceof ClientError) return new SsoRefusal(strangeAnswers.includes(error.code) ? "down" : "not-proven", message);
  return new SsoRefusal("setup", message);
}

function said({ error, error_description: description }: { readonly error: string; readonly error_description?: string }): string {
  return shorten(`The provider says ${error}${description ? `: ${description}` : "."}`);
}

function notAccepted(status: number): string {
  return `The provider answered ${status}: it does not accept OIDC_CLIENT_ID with OIDC_CLIENT_SECRET as OIDC_CLIENT_AUTH sends it.`;
}

/** The library's innermost sentence names the claim or field that is wrong, and no value of it. */
function messageOf(error: unknown): string {
  const messages = [...causesOf(error)].map((each) => each.message);
  return messages.at(-1) ?? "The provider's answer could not be used.";
}

function* causesOf(error: unknown): Generator<Error> {
  for (let each = error; each instanceof Error; each = each.cause) yield each;
}

/** A provider's words are hostile input. */
function shorten(text: string): string {
  return text.replace(/[^\P{C}]/gu, " ").slice(0, wordsMax);
}
