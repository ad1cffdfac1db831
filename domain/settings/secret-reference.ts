import { z } from "zod";

/** Variables of the server that a setting may name as a secret. */
export const secretVariablePattern = /^TIDELINE_SECRET_[A-Z0-9_]{1,100}$/;
const form = /^(?:env:TIDELINE_SECRET_[A-Z0-9_]{1,100}|file:\/[\x21-\x7e]{1,500})$/;

/**
 * Where a secret is, never the secret itself: `env:TIDELINE_SECRET_NAME` or `file:/PATH` on the server. Only variables of
 * that prefix, so that no setting can send the server's own secrets somewhere; which files, the server's configuration says.
 */
export const SecretReference = z
  .string()
  .regex(form, { error: 'Name where the secret is: "env:TIDELINE_SECRET_…" or "file:/run/secrets/…". The secret itself is not kept here.' });

export function isSecretReference(text: string): boolean {
  return form.test(text);
}
