"use client";

import { useCallback, useEffect, useState } from "react";
import { readStored, writeStored } from "./stored.ts";

/** What was typed and not saved, kept on this device only. */
export interface PlanDraft<Form> {
  readonly form: Form;
  /** Browser time of the last keystroke. */
  readonly keptAt: number;
  /** The version it began from; null for a plan that was never saved. */
  readonly version: number | null;
}

interface DraftOptions<Form> {
  readonly planId: string | null;
  /** The draft's form, or null when what is stored is none: it may come from an older Tideline. */
  readonly parse: (stored: unknown) => Form | null;
}

const keepAfterMs = 400;

/**
 * Keeps unsaved work across a reload. `found` is a draft of an earlier visit that nobody decided about yet; until then
 * `keep` does not overwrite it. A browser without storage keeps nothing and says nothing.
 */
export function usePlanDraft<Form>({ planId, parse }: DraftOptions<Form>) {
  const key = `tideline.plan-draft.${planId ?? "new"}`;
  const [found, setFound] = useState<PlanDraft<Form> | null>(null);
  const [pending, setPending] = useState<PlanDraft<Form> | null>(null);

  useEffect(() => setFound(readDraft(key, parse)), [key, parse]);

  useEffect(() => {
    if (!pending || found) return;
    const timer = setTimeout(() => writeStored(key, JSON.stringify(pending)), keepAfterMs);
    return () => clearTimeout(timer);
  }, [key, pending, found]);

  const keep = useCallback((form: Form, version: number | null) => setPending({ form, version, keptAt: Date.now() }), []);
  const decide = useCallback(() => setFound(null), []);
  const forget = useCallback(() => {
    setFound(null);
    setPending(null);
    writeStored(key, null);
  }, [key]);

  return { found, keep, decide, forget };
}

function readDraft<Form>(key: string, parse: (stored: unknown) => Form | null): PlanDraft<Form> | null {
  try {
    const stored: unknown = JSON.parse(readStored(key) ?? "null");
    if (typeof stored !== "object" || stored === null || !("form" in stored) || !("keptAt" in stored)) return null;
    const form = parse(stored.form);
    if (form === null || typeof stored.keptAt !== "number") return null;
    return { form, keptAt: stored.keptAt, version: "version" in stored && typeof stored.version === "number" ? stored.version : null };
  } catch {
    return null;
  }
}
