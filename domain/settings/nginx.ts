import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { Duration } from "../duration-schema.ts";

const pathError = "Give an absolute path without spaces, for example /etc/nginx/tideline/shop.conf.";
const path = z.string({ error: pathError }).regex(/^\/[\x21\x23-\x26\x28-\x3a\x3c-\x5b\x5d-\x7a\x7c\x7e]{1,200}$/, { error: pathError });
const statusError = 'Say where NGINX is to tell its configuration: "unix:/run/nginx/tideline.sock" or "http://127.0.0.1:8081".';
const statusForm = /^(?:unix:\/[A-Za-z0-9_./-]{1,100}|http:\/\/127\.0\.0\.1:\d{1,5})$/;
const commandWordsMax = 20;
const timeoutMsMax = 8_000;

/** How a fleet's NGINX is steered: by a file that is ours alone, and a reload. It runs on the server's own machine. */
export const NginxSettings = z.strictObject({
  type: z.literal("nginx"),
  /** Written whole, and included by nginx.conf within `http { }`. */
  upstreamFile: path,
  /** What `proxy_pass http://…` names. */
  upstream: z
    .string({ error: "Name the upstream as proxy_pass does." })
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: "An upstream's name has letters, digits and _ . - only, at most 64." }),
  status: z.string({ error: statusError }).regex(statusForm, { error: statusError }),
  /** Calls NGINX, as an argument list; `-t` and `-s reload` are added to it. */
  command: z
    .array(z.string().min(1).max(500), { error: 'Give the command as a list, for example ["nginx"].' })
    .min(1, { error: "Name the program." })
    .max(commandWordsMax, { error: `At most ${commandWordsMax} words.` })
    .default(["nginx"]),
  /** For one reload, from the signal until new workers answer. */
  timeout: Duration.refine((text) => (parseDuration(text) ?? 0) <= timeoutMsMax && (parseDuration(text) ?? 0) > 0, {
    error: 'Use a timeout of more than "0s" and at most "8s".',
  }).default("5s"),
});
export type NginxSettings = z.infer<typeof NginxSettings>;
