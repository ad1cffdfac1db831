/** "Mon 30 Nov, 09:00", on the clocks of that zone; without one on those of the reader. */
export function formatMomentIn(at: number, zone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    ...(zone === undefined ? {} : { timeZone: zone }),
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}
