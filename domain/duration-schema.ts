import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** A duration as people write it: `500ms`, `90s`, `5m`, `2h`. */
export const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, { error: 'Write a duration such as "500ms", "90s", "5m" or "2h".' });
export type Duration = string;
