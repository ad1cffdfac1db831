"use client";

import { Star } from "lucide-react";
import { cn } from "#components/ui/cn.ts";
import type { FleetSummary } from "#domain/live.ts";
import { toggleFavourite, useFavourites } from "#hooks/favourites.ts";

/** Puts a fleet first in the lists of this browser. Above the link that covers its row. */
export function FavouriteButton({ fleet: { fleetId, name } }: { fleet: Pick<FleetSummary, "fleetId" | "name"> }) {
  const isFavourite = useFavourites().has(fleetId);
  return (
    <button
      type="button"
      aria-pressed={isFavourite}
      aria-label={`${name} stands first`}
      onClick={() => toggleFavourite(fleetId)}
      className={cn("touch-target relative z-10 -ml-1 rounded-sm p-1 hover:bg-hover hover:text-ink", isFavourite ? "text-accent" : "text-ink-faint")}
    >
      <Star aria-hidden className={cn("size-3.5", isFavourite && "fill-current")} />
    </button>
  );
}
