import type { FleetNotice, Notice, RolloutNotice } from "#domain/notice.ts";
import type { Subject } from "#domain/notification.ts";
import { paths } from "#domain/paths.ts";

/** What is sent, in whatever form. Holds no secret: whoever gets it may show it. */
export interface Message {
  /** The same when it is sent again: a receiver drops by it what comes twice. */
  readonly id: string;
  readonly type: "rollout" | "fleet" | "test";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly about: readonly Subject[];
  readonly happened: string;
  readonly why: string;
  readonly next: string;
  readonly link: string;
  /** null where no rollout is told of. */
  readonly rollout: Pick<RolloutNotice, "rolloutId" | "seq" | "status" | "fleetId" | "fleet" | "service" | "environment" | "release"> | null;
  /** null in a test. */
  readonly fleet: (Pick<Notice, "fleetId" | "service" | "environment"> & { readonly name: string }) | null;
  /** null where a rollout is told of, and in a test. */
  readonly alert: (FleetNotice["alert"] & Pick<Notice, "seq">) | null;
}

/** `consoleUrl`: the origin at which people open the console. */
export function toMessage(id: string, notice: Notice, consoleUrl: string): Message {
  const { about, at, happened, why, next, ...subject } = notice;
  const { fleetId, fleet: name, service, environment } = subject;
  const told = { id, at, about, happened, why, next, fleet: { fleetId, name, service, environment } };
  if (subject.rolloutId !== null)
    return { ...told, type: "rollout", link: `${consoleUrl}${paths.rollout(subject.rolloutId)}`, rollout: subject, alert: null };
  const alert = { ...subject.alert, seq: subject.seq };
  return { ...told, type: "fleet", link: `${consoleUrl}${paths.fleet(fleetId)}`, rollout: null, alert };
}

export function toTestMessage(id: string, { by, at }: { readonly by: string; readonly at: number }, consoleUrl: string): Message {
  const why = `${by} tries out where notifications go.`;
  const next = "Nothing: no rollout waits for it.";
  const link = `${consoleUrl}${paths.notifications()}`;
  return {
    id,
    type: "test",
    at,
    about: [],
    happened: "A test of Tideline's notifications",
    why,
    next,
    link,
    rollout: null,
    fleet: null,
    alert: null,
  };
}

/** The body that a webhook gets. */
export function toWebhookBody({ id, type, at, about, happened, why, next, link, rollout, fleet, alert }: Message): string {
  const since = alert && { ...alert, since: new Date(alert.since).toISOString() };
  return JSON.stringify({ id, type, at: new Date(at).toISOString(), about, happened, why, next, link, fleet, rollout, alert: since });
}
