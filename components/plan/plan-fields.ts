/** What a person reads for each field of a plan: beside its input, in the problem list, and in the difference of two versions. */
export const planFields = {
  name: "Name",
  json: "JSON",
  batches: "Batches",
  maxUnavailable: "Max unavailable",
  maxSurge: "Max surge",
  order: "Order",
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
  "metrics.alpha": "False-alarm bound",
  "metrics.margin.ratio": "Margin, relative",
  "metrics.margin.absolute": "Margin, absolute",
  "metrics.smallestEffect": "Smallest effect that matters",
  "metrics.warmUp": "Warm-up",
  "metrics.ceiling": "Ceiling",
  "metrics.onInsufficient": "With too little traffic",
  "metrics.onBlind": "With no metrics",
  "metrics.patience": "Patience",
  "rollback.maxUnavailable": "Max unavailable while rolling back",
} as const satisfies Record<string, string>;

/** "Batch 2, size" for `batches.1.size`; the field itself when nobody named it. */
export function fieldLabel(field: string): string {
  const row = /^batches\.(\d+)(?:\.(\w+))?$/.exec(field);
  if (row) return `Batch ${Number(row[1]) + 1}${row[2] ? `, ${row[2]}` : ""}`;
  return Object.hasOwn(planFields, field) ? planFields[field as keyof typeof planFields] : field || "Plan";
}
