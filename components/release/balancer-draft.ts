import { splitCommand } from "#components/ui/split-command.ts";
import type { OutsideBalancer } from "#domain/fleet.ts";

/** Who carries a fleet's traffic, as it is being typed. */
export interface BalancerDraft {
  readonly type: "embedded" | OutsideBalancer["type"];
  /** Of Tideline's own. */
  readonly port: string;
  readonly socket: string;
  readonly backend: string;
  readonly upstreamFile: string;
  readonly upstream: string;
  readonly status: string;
  readonly commandLine: string;
}

export const emptyBalancer: BalancerDraft = {
  type: "embedded",
  port: "",
  socket: "unix:/run/haproxy/admin.sock",
  backend: "",
  upstreamFile: "",
  upstream: "",
  status: "unix:/run/nginx/tideline.sock",
  commandLine: "nginx",
};

/** The server's names of the fields, for its refusals. */
export const balancerFields = {
  port: "port",
  socket: "balancer.socket",
  backend: "balancer.backend",
  upstreamFile: "balancer.upstreamFile",
  upstream: "balancer.upstream",
  status: "balancer.status",
  commandLine: "balancer.command",
} as const;

/** Null: Tideline's own. What is wrong with it the server says, at its field. */
export function toOutsideBalancer(draft: BalancerDraft) {
  switch (draft.type) {
    case "embedded":
      return null;
    case "haproxy":
      return { type: draft.type, socket: draft.socket.trim(), backend: draft.backend.trim() };
    case "nginx":
      return {
        type: draft.type,
        upstreamFile: draft.upstreamFile.trim(),
        upstream: draft.upstream.trim(),
        status: draft.status.trim(),
        command: splitCommand(draft.commandLine),
      };
  }
}
