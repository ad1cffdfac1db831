import { paths } from "#domain/paths.ts";

/** What each action is in words; one that is not here is told by its own name. */
const actionWords: Readonly<Record<string, string>> = {
  "account.create": "Made an account",
  "account.link": "Signed in through the provider for the first time",
  "session.begin": "Signed in",
  "session.end": "Ended a session",
  "password.change": "Changed the password",
  "person.invite": "Invited a person, or withdrew that",
  "person.change": "Changed the roles of a person",
  "person.remove": "Removed a person",
  "environment.protect": "Changed the protection",
  "token.create": "Made an API token",
  "token.revoke": "Revoked an API token",
  "sso.test": "Tested single sign-on",
  "fleet.create": "Connected a fleet",
  "fleet.remove": "Removed a fleet",
  "fleet.scale": "Scaled a fleet",
  "fleet.freeze": "Froze or released a fleet",
  "freeze.override": "Lifted or replaced a freeze of somebody else",
  "hold.lift": "Lifted the hold of a release",
  "release.record": "Recorded a release",
  "plan.save": "Saved a plan",
  "rollout.start": "Started a rollout",
  "rollout.approve": "Approved a start or a batch",
  "traffic.set": "Set the traffic",
  "metrics.set": "Set the metrics source",
  "notification.set": "Set where notifications go",
  "runtime.stop": "Stopped the local runtime",
};

const commandWords: Readonly<Record<string, string>> = {
  pause: "Paused a rollout",
  resume: "Resumed a rollout",
  approve: "Approved a batch",
  skipSoak: "Skipped a soak",
  retryInstance: "Retried an instance",
  skipInstance: "Skipped an instance",
  rollBack: "Rolled back",
  cancel: "Cancelled a rollout",
};

export function describeAction(action: string, detail: Readonly<Record<string, unknown>>): string {
  if (action === "rollout.command") return commandWords[String(detail.type)] ?? "Commanded a rollout";
  if (action === "fleet.remove" && detail.abandoned === true) return "Removed a fleet whose engine could not be reached";
  return actionWords[action] ?? action;
}

/** The page of what a row is about; null where there is none. */
export function pathOfTarget(target: string, detail: Readonly<Record<string, unknown>>): string | null {
  const [kind, id = ""] = target.split(/:(.*)/s);
  if (kind === "fleet") return paths.fleet(id);
  if (kind === "rollout") return paths.rollout(id);
  if (kind === "plan") return typeof detail.planId === "string" ? paths.plan(detail.planId) : paths.plans();
  if (kind === "token") return paths.tokens();
  return kind === "user" ? paths.people() : null;
}

/** `fleet` and what it is called, for a row whose thing may be gone. */
export function describeTarget(target: string, name: string | null): { readonly kind: string; readonly name: string } {
  const [kind = "", id = ""] = target.split(/:(.*)/s);
  return { kind: kind === "user" ? "account" : kind, name: name ?? id };
}

/** Midnight of a day as an input has it (`2026-11-27`), on the reader's clocks; "" for no day. `days` later, for an end that is not included. */
export function dayToInstant(day: string, days = 0): string {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return "";
  return new Date(year, month - 1, date + days).toISOString();
}

export function instantToDay(instant: string, days = 0): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  at.setDate(at.getDate() + days);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
