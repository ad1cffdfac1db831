const hourMs = 3_600_000;
const morningHour = 8;

export type FreezePreset = "hour" | "morning" | "open";

/** Engine time at which a freeze of this kind ends; null for one that somebody has to lift. */
export function freezeUntil(preset: FreezePreset, now: number): number | null {
  if (preset === "open") return null;
  if (preset === "hour") return now + hourMs;
  // On the reader's own clocks: setting date and hour follows a change of clocks overnight.
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(morningHour, 0, 0, 0);
  return morning.getTime();
}
