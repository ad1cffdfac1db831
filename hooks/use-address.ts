"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** Values of the page's address by name, so that what is shown can be sent to somebody; "" where one is not there. */
export function useAddress<Name extends string>(names: readonly Name[]) {
  const search = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""])) as Readonly<Record<Name, string>>;
  const set = useCallback((changes: Partial<Record<Name, string>>) => {
    const url = new URL(window.location.href);
    for (const [name, value] of Object.entries<string | undefined>(changes)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    window.history.replaceState(null, "", url);
  }, []);
  return { values, set };
}
