import { z } from "zod";

/** Over how long the rollouts of a question ended. */
export const periods = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 } as const;
export type Period = keyof typeof periods;
export const periodNames = Object.keys(periods) as Period[];

const dayMs = 86_400_000;
export function periodMs(period: Period): number {
  return periods[period] * dayMs;
}

export const AskInsights = z.object({
  period: z.enum(periodNames).default("30d"),
  environment: z.string().max(100).optional(),
});
export type AskInsights = z.infer<typeof AskInsights>;
