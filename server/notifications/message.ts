import type { Notice } from "#domain/notice.ts";
import type { Subject } from "#domain/notification.ts";
import { paths } from "#domain/paths.ts";

/** What is sent, in whatever form. Holds no secret: whoever gets it may show it. */
export interface Message {
  /** The same when it is sent again: a receiver drops by it what comes twice. */
  readonly id: string;
  readonly type: "rollout" | "test";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly about: readonly Subject[];
  readonly happened: string;
  readonly why: string;
  readonly next: string;
  readonly link: string;
  /** null in a test. */
  readonly rollout: Pick<Notice, "rolloutId" | "seq" | "status" | "fleetId" | "fleet" | "service" | "environment" | "release"> | null;
}

/** `consoleUrl`: the origin at which people open the console. */
export function toMessage(id: string, notice: Notice, consoleUrl: string): Message {
  const { about, at, happened, why, next, ...rollout } = notice;
  return { id, type: "rollout", at, about, happened, why, next, link: `${consoleUrl}${paths.rollout(rollout.rolloutId)}`, rollout };
}

export function toTestMessage(id: string, { by, at }: { readonly by: string; readonly at: number }, consoleUrl: string): Message {
  const why = `${by} tries out where notifications go.`;
  const next = "Nothing: no rollout waits for it.";
  const link = `${consoleUrl}${paths.notifications()}`;
  return { id, type: "test", at, about: [], happened: "A test of Tideline's notifications", why, next, link, rollout: null };
}

/** The body that a webhook gets. */
export function toWebhookBody({ id, type, at, about, happened, why, next, link, rollout }: Message): string {
  return JSON.stringify({ id, type, at: new Date(at).toISOString(), about, happened, why, next, link, rollout });
}
