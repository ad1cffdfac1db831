import { type SsoProblemCode, ssoProblems } from "#domain/sso.ts";

interface SsoWords {
  readonly title: string;
  /** What to do next. */
  readonly next: string;
}

/** Why signing in through the provider came to nothing, for whoever tried. Details are for admins: in the log, and in the test. */
export const ssoWords = {
  "not-set-up": () => ({ title: "There is no provider here.", next: "Sign in with your password." }),
  "too-many": () => ({ title: "Too many sign-ins at once.", next: "Wait a minute, then try again." }),
  down: (name) => ({ title: `${name} does not answer.`, next: "Try again in a moment. An admin with a password still gets in below." }),
  refused: (name) => ({ title: `${name} did not let you through.`, next: "Ask whoever runs it to let you use Tideline." }),
  lost: () => ({ title: "This sign-in was begun elsewhere, or too long ago.", next: "Begin again, in this window." }),
  setup: (name) => ({
    title: `${name} and Tideline do not understand each other.`,
    next: "Ask an admin to try it under Settings, Single sign-on: it says what is wrong.",
  }),
  "not-proven": (name) => ({
    title: `What ${name} said of you could not be verified.`,
    next: "Begin again. If it stays, ask an admin to try it under Settings, Single sign-on.",
  }),
  "no-email": (name) => ({
    title: `${name} did not say your email address.`,
    next: "Ask whoever runs it to send the claim email to Tideline.",
  }),
  "no-groups": (name) => ({
    title: `${name} did not say your groups, which give the roles here.`,
    next: "Ask whoever runs it to send the claim with the groups to Tideline.",
  }),
  "not-confirmed": (name) => ({
    title: `There is an account with your address, and ${name} does not confirm that the address is yours.`,
    next: "Sign in with your password, or ask whoever runs the provider to confirm addresses (the claim email_verified).",
  }),
  "other-person": (name) => ({
    title: `The account with your address belongs to another person at ${name}.`,
    next: "Ask an admin to remove that account if the person has left.",
  }),
  failed: () => ({ title: "Signing in failed on our side.", next: "Try again. If it stays, ask an admin to look into the server's log." }),
} as const satisfies Record<SsoProblemCode, (name: string) => SsoWords>;

/** null for an address that somebody wrote by hand. */
export function ssoWordsOf(problem: string | undefined, name: string): SsoWords | null {
  const code = ssoProblems.find((each) => each === problem);
  return code ? ssoWords[code](name) : null;
}
