import { ServerLink } from "#components/ui/server-link.tsx";
import { paths } from "#domain/paths.ts";
import type { SignInWays } from "#domain/sign-in-ways.ts";
import { ssoWordsOf } from "./sso-words.ts";

interface SsoEntryProps {
  readonly ways: SignInWays;
  /** From the address: why the last try came to nothing, and where to go after the next. */
  readonly problem: string | undefined;
  readonly next: string | undefined;
}

/** The way through the provider, above that with a password. */
export function SsoEntry({ ways: { provider, passwords }, problem, next }: SsoEntryProps) {
  const words = ssoWordsOf(problem, provider ?? "The provider");
  return (
    <>
      {words ? (
        <div role="alert" className="mb-4 break-words rounded-md bg-bad-soft px-3 py-2 text-sm">
          <p className="font-medium text-bad">{words.title}</p>
          <p className="mt-0.5">{words.next}</p>
        </div>
      ) : null}
      {provider ? (
        <>
          <ServerLink href={paths.startSso(next ?? null)} variant={passwords === "admins" ? "primary" : "secondary"} className="w-full">
            Sign in with {provider}
          </ServerLink>
          <p className="my-4 flex items-center gap-3 text-ink-faint text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            {passwords === "admins" ? "or, as an admin, with a password" : "or with a password"}
          </p>
        </>
      ) : null}
    </>
  );
}
