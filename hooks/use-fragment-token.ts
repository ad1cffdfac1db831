"use client";

import { useEffect, useState } from "react";

/** The token of `#token=…`, null without one, undefined until known. It leaves the address at once, and with it the history. */
export function useFragmentToken(): string | null | undefined {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    const read = () => {
      const found = new URLSearchParams(window.location.hash.slice(1)).get("token");
      if (found) window.history.replaceState(null, "", window.location.pathname);
      setToken((known) => found ?? known ?? null);
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return token;
}
