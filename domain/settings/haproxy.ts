import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { Duration } from "../duration-schema.ts";

const socketError = 'Say where its runtime API listens: "unix:/run/haproxy/admin.sock" or "tcp://haproxy.internal:9999".';
const socketForm = /^(?:unix:\/[\x21-\x7e]{1,100}|tcp:\/\/(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5})$/;
const timeoutMsMax = 4_000;

/** How a fleet's HAProxy is asked: its runtime API, at level admin, and the backend that is the fleet's alone. */
export const HaproxySettings = z.strictObject({
  type: z.literal("haproxy"),
  socket: z.string({ error: socketError }).regex(socketForm, { error: socketError }),
  /** As haproxy.cfg names it. Servers in it that are not ours are left alone. */
  backend: z
    .string({ error: "Name the backend as haproxy.cfg does." })
    .regex(/^[A-Za-z0-9_.:-]{1,64}$/, { error: "A backend's name has letters, digits and _ . : - only, at most 64." }),
  /** For one answer. An observation asks once, a change three times at most. */
  timeout: Duration.refine((text) => (parseDuration(text) ?? 0) <= timeoutMsMax && (parseDuration(text) ?? 0) > 0, {
    error: 'Use a timeout of more than "0s" and at most "4s".',
  }).default("2s"),
});
export type HaproxySettings = z.infer<typeof HaproxySettings>;
