/**
 * Slows guessing down and locks nobody out. Tries are counted three ways: by account, by address, and, for a browser that has
 * signed in to this account before, by that browser alone. Each counter lets a few tries through and then asks for a pause
 * that doubles with every try. So strangers slow each other down, and the owner's own browser notices nothing of it.
 */

export interface SignInTry {
  readonly email: string;
  readonly address: string;
  /** Names a browser in which this account was signed in to before; null for any other. */
  readonly device: string | null;
}

export interface SignInBrake {
  /** Counts a try: 0 when it may be made now, otherwise the milliseconds to wait, and then it was not counted. */
  begin(tried: SignInTry): number;
  /** The try was right: it counts for nothing. */
  succeeded(tried: SignInTry): void;
}

interface Counter {
  tries: number;
  nextAt: number;
  lastAt: number;
}

const firstPauseMs = 1_000;
const pauseMsMax = 15 * 60_000;
/** A counter nobody has added to for so long begins anew. */
const forgetAfterMs = 60 * 60_000;
/** Of each kind; beyond, the ones that were quiet for longest are forgotten. */
const countersMax = 10_000;
/** An office may share an address; a browser and an account have one person who mistypes. */
const freeTries = { account: 5, device: 5, address: 20 } as const;

type Kind = keyof typeof freeTries;

export function createSignInBrake(now: () => number = () => performance.now()): SignInBrake {
  const counters: Readonly<Record<Kind, Map<string, Counter>>> = { account: new Map(), device: new Map(), address: new Map() };

  function read(kind: Kind, key: string): Counter {
    const known = counters[kind].get(key);
    return known && now() - known.lastAt < forgetAfterMs ? known : { tries: 0, nextAt: 0, lastAt: now() };
  }

  function write(kind: Kind, key: string, counter: Counter): void {
    const ofKind = counters[kind];
    // At the end again: the map's order is that of the last tries.
    ofKind.delete(key);
    if (counter.tries > 0) ofKind.set(key, counter);
    for (const quietest of ofKind.keys()) {
      if (ofKind.size <= countersMax) break;
      ofKind.delete(quietest);
    }
  }

  return {
    begin: (tried) => {
      const keys = keysOf(tried);
      const waitMs = Math.max(...keys.map(([kind, key]) => read(kind, key).nextAt - now()));
      if (waitMs > 0) return Math.ceil(waitMs);
      // Counted before the password is looked at: many at the same moment are many tries.
      for (const [kind, key] of keys) {
        const tries = read(kind, key).tries + 1;
        write(kind, key, { tries, nextAt: now() + pauseAfter(tries, freeTries[kind]), lastAt: now() });
      }
      return 0;
    },
    succeeded: (tried) => {
      for (const [kind, key] of keysOf(tried)) {
        const counter = read(kind, key);
        // One less, and not none: a right try among a guesser's wrong ones must not wipe them out.
        const tries = kind === "device" ? 0 : Math.max(0, counter.tries - 1);
        write(kind, key, { ...counter, tries, nextAt: tries < freeTries[kind] ? 0 : counter.nextAt });
      }
    },
  };
}

function keysOf({ email, address, device }: SignInTry): [Kind, string][] {
  if (device !== null) return [["device", `${email} ${device}`]];
  return [
    ["account", email],
    ["address", networkOf(address)],
  ];
}

function pauseAfter(tries: number, free: number): number {
  return tries < free ? 0 : Math.min(firstPauseMs * 2 ** (tries - free), pauseMsMax);
}

/** One customer of a provider has a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = ""] = address.split("%");
  const [left = "", right] = head.split("::");
  const before = left.split(":").filter(Boolean);
  const after = right?.split(":").filter(Boolean) ?? [];
  const zeros = right === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
