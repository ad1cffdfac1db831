import type { Fleet, FleetBalancer, FleetMetrics } from "#domain/fleet.ts";

/** A fleet's metrics source as it is being typed. */
export interface MetricsDraft {
  readonly source: FleetMetrics["source"];
  readonly url: string;
  readonly auth: "none" | "bearer" | "basic";
  readonly user: string;
  /** Where the token or the password is. */
  readonly secret: string;
  readonly bad: string;
  readonly total: string;
  readonly interval: string;
  readonly delay: string;
  readonly timeout: string;
  readonly bytesMax: string;
}

const emptyDraft: MetricsDraft = {
  source: "embedded",
  url: "",
  auth: "none",
  user: "",
  secret: "",
  bad: "",
  total: "",
  interval: "30s",
  delay: "5s",
  timeout: "5s",
  bytesMax: "1048576",
};

/** The server's names of the fields, for its refusals. */
export const metricsFields = {
  url: "metrics.url",
  user: "metrics.auth.user",
  bad: "metrics.errors.bad",
  total: "metrics.errors.total",
  interval: "metrics.interval",
  delay: "metrics.delay",
  timeout: "metrics.timeout",
  bytesMax: "metrics.bytesMax",
} as const;

export function secretField(auth: MetricsDraft["auth"]): string {
  return auth === "basic" ? "metrics.auth.password" : "metrics.auth.token";
}

export function toDraft(metrics: FleetMetrics): MetricsDraft {
  if (metrics.source === "embedded") return emptyDraft;
  const { source, url, auth, errors, interval, delay, timeout, bytesMax } = metrics;
  const user = auth.type === "basic" ? auth.user : "";
  const secret = auth.type === "basic" ? auth.password : auth.type === "bearer" ? auth.token : "";
  return {
    ...{ source, url, auth: auth.type, user, secret, interval, delay, timeout },
    bad: errors?.bad ?? "",
    total: errors?.total ?? "",
    bytesMax: String(bytesMax),
  };
}

/** What is wrong with it the server says, at its field; only what is no number at all stays none. */
export function toMetrics(draft: MetricsDraft): FleetMetrics {
  if (draft.source === "embedded") return { source: "embedded" };
  const { source, interval, delay, timeout } = draft;
  const [bad, total] = [draft.bad.trim(), draft.total.trim()];
  return {
    ...{ source, interval: interval.trim(), delay: delay.trim(), timeout: timeout.trim() },
    url: draft.url.trim(),
    auth: toAuth(draft),
    errors: bad === "" && total === "" ? null : { bad, total },
    bytesMax: /^\d{1,9}$/.test(draft.bytesMax.trim()) ? Number(draft.bytesMax) : -1,
  };
}

function toAuth({ auth, user, secret }: MetricsDraft): Extract<FleetMetrics, { source: "prometheus" }>["auth"] {
  if (auth === "none") return { type: "none" };
  return auth === "bearer" ? { type: "bearer", token: secret.trim() } : { type: "basic", user: user.trim(), password: secret.trim() };
}

const countsOf: Readonly<Record<FleetBalancer["type"], string>> = {
  embedded: "Requests, failures and latency are counted by the fleet's own balancer",
  haproxy: "Requests and failures are counted by HAProxy, which tells no latency",
  nginx: "NGINX counts nothing for each instance",
};

/** One sentence on where a fleet's evidence comes from. */
export function describeMetrics({ metrics, balancer }: Pick<Fleet, "metrics" | "balancer">): string {
  const own = countsOf[balancer.type];
  if (metrics.source === "embedded") return balancer.type === "nginx" ? `${own}: name a Prometheus, or no release can be judged.` : `${own}.`;
  const prometheus = `by Prometheus at ${new URL(metrics.url).host}, every ${metrics.interval}`;
  if (metrics.errors)
    return `Failed requests are counted ${prometheus}. ${balancer.type === "embedded" ? "Latency is counted by the fleet's own balancer." : `${own}.`}`;
  return `${own}; a plan's own metrics are read ${prometheus}.`;
}
