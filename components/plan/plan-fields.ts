import type { HookName } from "#domain/hook-names.ts";

/** What a person reads for each field of a plan: beside its input, in the problem list, and in the difference of two versions. */
export const planFields = {
  name: "Name",
  text: "YAML",
  batches: "Batches",
  maxUnavailable: "Max unavailable",
  maxSurge: "Max surge",
  order: "Order",
  orderLabel: "Label",
  orderValues: "Its values, in order",
  minHealthyTime: "Min healthy time",
  healthyDeadline: "Healthy deadline",
  drainTimeout: "Drain timeout",
  retries: "Retries",
  progressDeadline: "Progress deadline",
  maxFailures: "Max failures",
  onFailure: "On failure",
  soak: "Soak",
  watch: "Watch afterwards",
  judged: "Judge by evidence",
  metrics: "Evidence",
  "metrics.errors": "Errors",
  "metrics.latency": "Latency",
  "metrics.custom": "Metrics of your own",
  "metrics.alpha": "False-alarm bound",
  "metrics.margin.ratio": "Margin, relative",
  "metrics.margin.absolute": "Margin, absolute",
  "metrics.smallestEffect": "Smallest effect that matters",
  "metrics.warmUp": "Warm-up",
  "metrics.ceiling": "Ceiling",
  "metrics.onInsufficient": "With too little traffic",
  "metrics.onBlind": "With no metrics",
  "metrics.patience": "Patience",
  "metrics.resources": "Resources",
  "metrics.resources.cpu": "CPU at most",
  "metrics.resources.memory": "Memory at most",
  "metrics.resources.restarts": "Restarts at most",
  "rollback.maxUnavailable": "Max unavailable while rolling back",
  hooks: "Hooks",
  windows: "Windows",
  supersede: "When another rollout is active",
} as const satisfies Record<string, string>;

export const hookLabels: Readonly<Record<HookName, string>> = {
  prepare: "before the first batch",
  beforeBatch: "before each batch",
  afterBatch: "after each batch",
  finalize: "after the last batch",
  rollback: "after a rollback",
};

const partLabels: Readonly<Record<string, string>> = { onFailure: "if it fails" };

/** "Batch 2, size" for `batches.1.size`; the field itself when nobody named it. */
export function fieldLabel(field: string): string {
  const row = /^batches\.(\d+)(?:\.(\w+))?$/.exec(field);
  if (row) return `Batch ${Number(row[1]) + 1}${row[2] ? `, ${row[2]}` : ""}`;
  const window = /^windows\.(\d+)(?:\.(\w+))?$/.exec(field);
  if (window) return `Window ${Number(window[1]) + 1}${window[2] ? `, ${window[2]}` : ""}`;
  const custom = /^metrics\.custom\.(\d+)(?:\.(\w+))?$/.exec(field);
  if (custom) return `Metric ${Number(custom[1]) + 1} of your own${custom[2] ? `, ${custom[2]}` : ""}`;
  const hook = /^hooks\.(\w+)(?:\.(\w+))?$/.exec(field);
  if (hook) return `Hook ${hookLabels[hook[1] as HookName] ?? hook[1]}${hook[2] ? `, ${partLabels[hook[2]] ?? hook[2]}` : ""}`;
  return Object.hasOwn(planFields, field) ? planFields[field as keyof typeof planFields] : field || "Plan";
}
