"use client";

import { useSearchParams } from "next/navigation";

export type AddressChange = Readonly<Record<string, string | null>>;

/** What a page is narrowed to stands in its address, so that it can be sent to somebody and found again by going back. */
export function useAddress(): { readonly get: (name: string) => string | undefined; readonly set: (change: AddressChange) => void } {
  const search = useSearchParams();
  return {
    get: (name) => search.get(name) || undefined,
    set: (change) => {
      // A narrower list begins at its first page, unless the page is what changes.
      const next = { page: null, ...change };
      const url = new URL(window.location.href);
      for (const [name, value] of Object.entries(next)) {
        if (value === null || value === "") url.searchParams.delete(name);
        else url.searchParams.set(name, value);
      }
      window.history.replaceState(null, "", url);
    },
  };
}
