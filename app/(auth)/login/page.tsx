import { headers } from "next/headers";
import { AuthFrame } from "#components/layout/auth-frame.tsx";
import { LoginForm } from "#components/layout/login-form.tsx";
import { SsoEntry } from "#components/layout/sso-entry.tsx";
import { parseSignInWays, signInHeader } from "#domain/sign-in-ways.ts";

interface LoginPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { problem, next } = await searchParams;
  const ways = parseSignInWays((await headers()).get(signInHeader));
  return (
    <AuthFrame title="Sign in">
      <SsoEntry ways={ways} problem={[problem].flat()[0]} next={[next].flat()[0]} />
      <LoginForm />
    </AuthFrame>
  );
}
