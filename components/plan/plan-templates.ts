import type { PlanInput } from "#domain/plan.ts";

export interface PlanTemplate {
  readonly key: "cautious" | "standard" | "fast" | "single-host";
  readonly name: string;
  readonly purpose: string;
  readonly plan: PlanInput;
}

/** Where a new plan may begin. What a template does not say is the plan's default. */
export const planTemplates: readonly PlanTemplate[] = [
  {
    key: "cautious",
    name: "Cautious",
    purpose: "One instance, then two, then a quarter at a time, each watched for 90 seconds.",
    plan: { batches: [1, 2, "25%"], soak: "90s" },
  },
  {
    key: "standard",
    name: "Standard",
    purpose: "One instance first, then a quarter at a time, each watched for a minute.",
    plan: { batches: [1, "25%"], soak: "60s" },
  },
  {
    key: "fast",
    name: "Fast",
    purpose: "A quarter, then half at a time, each watched for 15 seconds.",
    plan: { batches: ["25%", "50%"], soak: "15s", watch: "1m" },
  },
  {
    key: "single-host",
    name: "Single host",
    purpose: "One instance at a time, for a fleet that is one machine.",
    plan: { batches: [1], maxUnavailable: 1 },
  },
];
