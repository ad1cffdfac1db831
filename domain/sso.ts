import type { Access } from "./role.ts";

/** Why somebody could not sign in through the provider: a closed list, for which the sign-in page has words. */
export const ssoProblems = [
  "not-set-up",
  "too-many",
  "down",
  "refused",
  "lost",
  "setup",
  "not-proven",
  "no-email",
  "no-groups",
  "not-confirmed",
  "other-person",
  "failed",
] as const;
export type SsoProblemCode = (typeof ssoProblems)[number];

/** What came of a try by an admin. */
export interface SsoTest {
  readonly at: number;
  /** As the provider sent them, verified; null when it did not come to that. */
  readonly claims: Readonly<Record<string, unknown>> | null;
  /** What somebody with these claims could do here. */
  readonly access: Access | null;
  /** Null when they could sign in. */
  readonly problem: { readonly code: SsoProblemCode; readonly message: string } | null;
}
