import type { TRPCClient } from "@trpc/client";
import type { AppRouter } from "#server/trpc/router.ts";
import { post, requestMsMax } from "./post.ts";

type Setup = TRPCClient<AppRouter>["setup"];
type Invitations = TRPCClient<AppRouter>["invitations"];
type Output<Procedure extends (...args: never[]) => unknown> = Promise<Awaited<ReturnType<Procedure>>>;
type Input<Mutation extends (...args: never[]) => unknown> = NonNullable<Parameters<Mutation>[0]>;

/** The four calls that need no session, without the client that the console loads: it is most of what a form would weigh. */
export function readSetup(): Output<Setup["state"]["query"]> {
  return answerOf(fetch("/api/trpc/setup.state", { signal: AbortSignal.timeout(requestMsMax) }).catch(() => null));
}

export function createFirstAccount(input: Input<Setup["create"]["mutate"]>): Output<Setup["create"]["mutate"]> {
  return call("setup.create", input);
}

export function openInvitation(input: Input<Invitations["open"]["mutate"]>): Output<Invitations["open"]["mutate"]> {
  return call("invitations.open", input);
}

export function acceptInvitation(input: Input<Invitations["accept"]["mutate"]>): Output<Invitations["accept"]["mutate"]> {
  return call("invitations.accept", input);
}

function call<Answer>(procedure: string, input: unknown): Promise<Answer> {
  return answerOf(post(`/api/trpc/${procedure}`, { json: input }));
}

/** The procedure's answer, of plain values only. Throws what `failureOf` reads. */
async function answerOf<Answer>(sent: Promise<Response | null>): Promise<Answer> {
  const said = await (await sent)?.json().catch(() => null);
  if (said?.result) return said.result.data.json;
  throw Object.assign(new Error("The call was refused or not answered."), { data: said?.error?.json.data });
}
