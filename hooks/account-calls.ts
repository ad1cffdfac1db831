import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "#server/trpc/router.ts";
import { post } from "./post.ts";

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

/** The four calls that need no session, without the client that the console loads: it is most of what a form would weigh. */
export function readSetup(): Promise<Outputs["setup"]["state"]> {
  return answerOf(fetch("/api/trpc/setup.state").catch(() => null));
}

export function createFirstAccount(input: Inputs["setup"]["create"]): Promise<Outputs["setup"]["create"]> {
  return call("setup.create", input);
}

export function openInvitation(input: Inputs["invitations"]["open"]): Promise<Outputs["invitations"]["open"]> {
  return call("invitations.open", input);
}

export function acceptInvitation(input: Inputs["invitations"]["accept"]): Promise<Outputs["invitations"]["accept"]> {
  return call("invitations.accept", input);
}

function call<Output>(procedure: string, input: unknown): Promise<Output> {
  return answerOf(post(`/api/trpc/${procedure}`, { json: input }));
}

/** The procedure's answer, of plain values only. Throws what `failureOf` reads. */
async function answerOf<Output>(sent: Promise<Response | null>): Promise<Output> {
  const said = await (await sent)?.json().catch(() => null);
  if (said?.result) return said.result.data.json;
  throw Object.assign(new Error("The call was refused or not answered."), { data: said?.error?.json.data });
}
