"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "#components/ui/cn.ts";
import { type Place, places } from "./places.ts";

/** Left of the page, as icons below 1024 px, as a bar at the bottom below 640 px. */
export function Navigation() {
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface sm:sticky sm:top-12 sm:h-[calc(100dvh-3rem)] sm:w-14 sm:shrink-0 sm:border-t-0 sm:border-r lg:w-48"
    >
      <ul className="flex h-14 sm:h-auto sm:flex-col sm:gap-0.5 sm:p-2">
        {places.map((place) => (
          <li key={place.href} className={cn("flex-1 sm:flex-none", place.notOnPhones && "max-sm:hidden")}>
            <PlaceLink place={place} current={isWithin(pathname, place)} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function PlaceLink({ place, current }: { place: Place; current: boolean }) {
  return (
    <Link
      href={place.href}
      aria-current={current ? "page" : undefined}
      title={place.label}
      className={cn(
        "flex h-full flex-col items-center justify-center gap-0.5 rounded-md text-ink-soft text-xs outline-offset-[-2px] hover:bg-hover hover:text-ink sm:h-9 sm:flex-row lg:justify-start lg:gap-2.5 lg:px-2.5 lg:text-sm",
        current && "font-medium text-ink sm:bg-hover",
      )}
    >
      <place.icon aria-hidden className={cn("size-4.5 shrink-0", current && "text-accent")} />
      <span className="sm:max-lg:sr-only">{place.label}</span>
    </Link>
  );
}

function isWithin(pathname: string, place: Place): boolean {
  if (pathname === place.href) return true;
  return [place.href, place.below].some((href) => href && href !== "/" && pathname.startsWith(`${href}/`));
}
