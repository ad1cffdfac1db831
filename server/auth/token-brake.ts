import { networkOf } from "./sign-in-brake.ts";

/**
 * Nobody guesses 256 bits, so this only keeps wrong tokens from being looked up without end: of one address so many a
 * minute. A token that was right before is always looked up, so that an old one in some script stops no other.
 */
export interface TokenBrake {
  /** False while too many that were wrong came from this address. */
  mayLookUp(hash: string, address: string): boolean;
  right(hash: string): void;
  wrong(hash: string, address: string): void;
}

const wrongMax = 30;
const windowMs = 60_000;
/** Of each; beyond, the ones that came first are forgotten. */
const rememberedMax = 10_000;

export function createTokenBrake(now: () => number = () => performance.now()): TokenBrake {
  const known = new Set<string>();
  const counters = new Map<string, { wrong: number; readonly since: number }>();

  function counterOf(address: string) {
    const counter = counters.get(networkOf(address));
    return counter && now() - counter.since < windowMs ? counter : { wrong: 0, since: now() };
  }

  return {
    mayLookUp: (hash, address) => known.has(hash) || counterOf(address).wrong < wrongMax,
    right: (hash) => remember(known, () => known.add(hash)),
    wrong: (hash, address) => {
      known.delete(hash);
      const counter = counterOf(address);
      counter.wrong += 1;
      remember(counters, () => counters.set(networkOf(address), counter));
    },
  };
}

function remember(kept: Set<string> | Map<string, unknown>, add: () => void): void {
  add();
  for (const oldest of kept.keys()) {
    if (kept.size <= rememberedMax) break;
    kept.delete(oldest);
  }
}
