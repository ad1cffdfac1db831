import { z } from "zod";
import { cookieOf, isSame, signText } from "../signature.ts";

/** What a browser keeps while its person is at the provider. Only this browser can come back, once, within ten minutes. */
const Flow = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Where to go then. */
  next: z.string(),
  /** The session of an admin who only tries it; null for somebody who signs in. */
  testedBy: z.string().nullable(),
  endsAt: z.number(),
});
export type Flow = z.infer<typeof Flow>;

export interface FlowCookies {
  /** null: none, or not ours, or too old. */
  read(cookieHeader: string | undefined): Flow | null;
  write(flow: Omit<Flow, "endsAt">): string;
  clear(): string;
}

const lastsSeconds = 600;

export function createFlowCookies({ secret, secure }: { readonly secret: string; readonly secure: boolean }): FlowCookies {
  const name = secure ? "__Host-tideline.sso" : "tideline.sso";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  const sign = (payload: string) => signText(secret, `sso\n${payload}`);
  return {
    read: (header) => {
      const [payload = "", signature = ""] = cookieOf(header, name)?.split(".") ?? [];
      if (!isSame(signature, sign(payload))) return null;
      const flow = Flow.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString())).data;
      return flow && flow.endsAt > Date.now() ? flow : null;
    },
    write: (flow) => {
      const payload = Buffer.from(JSON.stringify({ ...flow, endsAt: Date.now() + lastsSeconds * 1_000 } satisfies Flow)).toString("base64url");
      return `${name}=${payload}.${sign(payload)}; Max-Age=${lastsSeconds}; ${attributes}`;
    },
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
