import { z } from "zod";
import { percentOf } from "./size.ts";

/** A count of instances or a percentage of the fleet: `3` or `"25%"`. */
export const Size = z.union([
  z.number().int({ error: "Use a whole number of instances." }).min(0, { error: "Use 0 or more instances." }).max(100_000),
  z.string().refine((text) => percentOf(text) !== null, { error: 'Use a percentage from "0%" to "100%", or a whole number.', abort: true }),
]);

/** Like Size, but at least one instance: a batch of nothing is a mistake. */
export const BatchSize = Size.refine((size) => (typeof size === "number" ? size >= 1 : (percentOf(size) ?? 0) > 0), {
  error: 'A batch holds at least 1 instance: use 1 or more, or a percentage above "0%".',
});
