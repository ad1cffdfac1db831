import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/**
 * Everything that `/metrics` tells. Labels come from closed lists or from what people have named: fleets, and for the one
 * rollout that a fleet may have open its number, release and plan. Never an instance, a path or a person.
 */
export type Instruments = ReturnType<typeof createInstruments>;

const requestSeconds = [0.005, 0.02, 0.1, 0.5, 2, 10];
const stepSeconds = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];
const updateSeconds = [0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const batchSeconds = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];
const rolloutSeconds = [30, 60, 120, 300, 600, 1_800, 3_600, 14_400];

export function createInstruments() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...rolloutInstruments(registers),
    ...evidenceInstruments(registers),
    ...engineInstruments(registers),
    ...serverInstruments(registers),
  };
}

function rolloutInstruments(registers: Registry[]) {
  return {
    rollouts: new Gauge({
      name: "tideline_rollouts",
      help: "Rollouts on record, by fleet and status. Read from the database: every server tells the same.",
      labelNames: ["fleet", "status"],
      registers,
    }),
    rolloutInfo: new Gauge({
      name: "tideline_rollout_info",
      help: "1 for each rollout that has not ended: its number, release, plan and status.",
      labelNames: ["fleet", "rollout", "release", "plan", "kind", "status"],
      registers,
    }),
    needsPerson: new Gauge({
      name: "tideline_rollout_needs_person",
      help: "1 while a fleet's open rollout goes on only when a person decides, else 0.",
      labelNames: ["fleet"],
      registers,
    }),
    rolloutDuration: new Histogram({
      name: "tideline_rollout_duration_seconds",
      help: "From the start of a rollout to its end, by how it ended. Told by the server that ended it.",
      labelNames: ["fleet", "status"],
      buckets: rolloutSeconds,
      registers,
    }),
    batches: new Counter({ name: "tideline_batches_opened_total", help: "Batches opened.", labelNames: ["fleet"], registers }),
    batchDuration: new Histogram({
      name: "tideline_batch_duration_seconds",
      help: "From a batch's opening until its gate was open, soak and approval included.",
      labelNames: ["fleet"],
      buckets: batchSeconds,
      registers,
    }),
    updates: new Counter({
      name: "tideline_updates_total",
      help: "Updates of instances that came to an end: updated, reverted (back on the release before), failed (no attempt left), skipped.",
      labelNames: ["fleet", "outcome"],
      registers,
    }),
    failedAttempts: new Counter({
      name: "tideline_attempts_failed_total",
      help: "Attempts of updates that failed, by cause. One instance may take several.",
      labelNames: ["fleet", "cause"],
      registers,
    }),
    updateSteps: new Histogram({
      name: "tideline_update_step_duration_seconds",
      help: "How long the steps of an attempt took: drain, replace, start, healthy (from running until healthy).",
      labelNames: ["fleet", "step"],
      buckets: updateSeconds,
      registers,
    }),
    requestsCut: new Counter({
      name: "tideline_requests_cut_total",
      help: "Requests of users that were broken off because a drain ran out of time.",
      labelNames: ["fleet"],
      registers,
    }),
  };
}

function evidenceInstruments(registers: Registry[]) {
  return {
    evidenceLnE: new Gauge({
      name: "tideline_evidence_ln_e",
      help: "Natural logarithm of the e-value of each metric of the active rollout: 0 is nothing known.",
      labelNames: ["fleet", "metric"],
      registers,
    }),
    evidenceLnThreshold: new Gauge({
      name: "tideline_evidence_ln_threshold",
      help: "Where tideline_evidence_ln_e decides by itself that the new release is worse.",
      labelNames: ["fleet", "metric"],
      registers,
    }),
    evidenceState: new Gauge({
      name: "tideline_evidence_state",
      help: "1 for the state that a metric's evidence is in, 0 for the others.",
      labelNames: ["fleet", "metric", "state"],
      registers,
    }),
    evidenceIntervals: new Gauge({
      name: "tideline_evidence_intervals",
      help: "Intervals in which a metric of the active rollout could be judged.",
      labelNames: ["fleet", "metric"],
      registers,
    }),
    sourceIntervals: new Counter({
      name: "tideline_source_intervals_total",
      help: "Intervals read from a fleet's Prometheus, by metric: counted, or the kind of problem for which one is missing.",
      labelNames: ["fleet", "metric", "outcome"],
      registers,
    }),
  };
}

function engineInstruments(registers: Registry[]) {
  return {
    engineReady: new Gauge({ name: "tideline_engine_ready", help: "1 while the engine runs and its database answers, else 0.", registers }),
    stepAge: new Gauge({
      name: "tideline_engine_step_age_seconds",
      help: "Since the engine last ended a step on a fleet that this server runs. Grows above a few seconds when it hangs.",
      labelNames: ["fleet"],
      registers,
    }),
    stepDuration: new Histogram({
      name: "tideline_engine_step_duration_seconds",
      help: "How long one step took: observe, think, record.",
      buckets: stepSeconds,
      registers,
    }),
    leaseLeft: new Gauge({
      name: "tideline_lease_remaining_seconds",
      help: "How long this server may still act for a fleet unless it renews the lease. No series for fleets of other servers.",
      labelNames: ["fleet"],
      registers,
    }),
    fleetUnreachable: new Gauge({
      name: "tideline_fleet_unreachable",
      help: "1 while a fleet's driver or balancer cannot be reached, or the engine holds it, else 0.",
      labelNames: ["fleet"],
      registers,
    }),
    instances: new Gauge({
      name: "tideline_fleet_instances",
      help: "Instances of a fleet: desired, ready, in-rotation.",
      labelNames: ["fleet", "state"],
      registers,
    }),
  };
}

function serverInstruments(registers: Registry[]) {
  return {
    requestDuration: new Histogram({
      name: "tideline_http_request_duration_seconds",
      help: "Requests to the console and its API, by surface, method and class of the answer. Users' requests to fleets are not among them.",
      labelNames: ["surface", "method", "code"],
      buckets: requestSeconds,
      registers,
    }),
    sockets: new Gauge({ name: "tideline_sockets", help: "Open sockets of browsers.", registers }),
    databaseUp: new Gauge({ name: "tideline_database_up", help: "1 if the database answered this scrape in time, else 0.", registers }),
    databaseConnections: new Gauge({
      name: "tideline_database_connections",
      help: "Connections of this server's pool: open, idle; and callers that are waiting for one.",
      labelNames: ["state"],
      registers,
    }),
  };
}
