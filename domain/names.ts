import { z } from "zod";

/**
 * A name that a person gives: shown as text everywhere, so it may hold letters of any script, digits, spaces and
 * a few marks, but no control characters and no angle brackets.
 */
export const Name = z
  .string({ error: "Give a name." })
  .trim()
  .min(1, { error: "Give a name." })
  .max(64, { error: "A name has at most 64 characters." })
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._+:/-]*$/u, {
    error: "Start with a letter or a digit; then letters, digits, spaces and . _ + : / - are allowed.",
  });

/** A short name that appears in URLs and labels: `checkout-eu`. */
export const Slug = z
  .string({ error: "Give a name." })
  .min(1, { error: "Give a name." })
  .max(48, { error: "At most 48 characters." })
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, { error: "Use lower-case letters, digits and inner hyphens." });

/** Of an instance within its fleet: `i0`, a host's name. */
export const instanceIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const Id = z.uuid({ error: "This is not an identifier." });

const emailLengthMax = 254;

export const Email = z
  .string({ error: "Give an email address." })
  .trim()
  .toLowerCase()
  .max(emailLengthMax, { error: `An email address has at most ${emailLengthMax} characters.` })
  .pipe(z.email({ error: "This is not an email address." }));
