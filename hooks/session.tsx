"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, use, useEffect } from "react";
import { paths } from "#domain/paths.ts";
import type { Access } from "#domain/role.ts";
import { post } from "./post.ts";
import { urgent, useTRPC } from "./trpc.tsx";

export interface Session {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly access: Access;
  /** People who can give roles. */
  readonly grantors: readonly string[];
  /** False for whoever only signs in through the provider. */
  readonly hasPassword: boolean;
}

/** Roles change while a page is open: the buttons follow. */
const rolesMs = 30_000;

const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only below SessionGuard, where there always is someone. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession needs a SessionGuard above it.");
  return session;
}

/** Shows its children to the signed-in, `waiting` meanwhile, and leads everybody else to the sign-in page. */
export function SessionGuard({ children, waiting }: { children: ReactNode; waiting: (error: unknown, retry: () => void) => ReactNode }) {
  const trpc = useTRPC();
  const router = useRouter();
  const session = useQuery(trpc.session.current.queryOptions(undefined, { trpc: urgent, refetchInterval: rolesMs }));
  const signedOut = session.data === null;
  const setup = useQuery(trpc.setup.state.queryOptions(undefined, { enabled: signedOut }));
  useEffect(() => {
    if (!signedOut || !(setup.data || setup.isError)) return;
    const next = window.location.pathname + window.location.search;
    router.replace(setup.data?.needed ? paths.setup() : `${paths.login()}${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}`);
  }, [signedOut, setup.data, setup.isError, router]);
  if (!session.data) return waiting(session.error, () => void session.refetch());
  return <SessionContext value={session.data}>{children}</SessionContext>;
}

/** Signs out, forgets everything read, and loads the sign-in page afresh: no data of one person stays for the next. */
export function useSignOut(): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    await post("/api/auth/sign-out", {});
    // Not before: what is on the screen would read again at once, and be refused.
    window.addEventListener("pagehide", () => queryClient.clear(), { once: true });
    window.location.assign(paths.login());
  };
}
