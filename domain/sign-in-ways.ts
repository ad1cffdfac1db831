/** How people sign in, as the sign-in page has to know it. */
export interface SignInWays {
  /** What the provider is called; null where there is none. */
  readonly provider: string | null;
  readonly passwords: "everyone" | "admins";
}

/** Set by the server for each page, and never taken from a request. */
export const signInHeader = "x-tideline-sign-in";

export function parseSignInWays(header: string | null): SignInWays {
  return header === null ? { provider: null, passwords: "everyone" } : (JSON.parse(decodeURIComponent(header)) as SignInWays);
}
