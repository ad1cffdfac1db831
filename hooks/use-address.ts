"use client";

import { useSearchParams } from "next/navigation";

/** Values of the page's address by name, so that what is shown can be sent to somebody; "" where one is not there. */
export function useAddress<Name extends string>(names: readonly Name[]) {
  const search = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""])) as Readonly<Record<Name, string>>;
  const set: (changes: Partial<Record<Name, string>>) => void = changeAddress;
  return { values, set };
}

/** Writes values into the page's address, in its place in the history; an empty one is taken out. */
export function changeAddress(changes: Readonly<Record<string, string | undefined>>): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  window.history.replaceState(null, "", url);
}
