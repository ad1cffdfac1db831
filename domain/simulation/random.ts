/** A stream of random numbers that is the same for the same seed, on every machine and in every browser. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number, at least 0, less than `below`. */
  integer(below: number): number;
  isLucky(chance: number): boolean;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
}

const uint32Range = 2 ** 32;

/** xoshiro128** (Blackman, Vigna), its state filled from the seed by splitmix32, as its authors advise. */
export function createRandom(seed: number): Random {
  const fill = splitMix(seed);
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();
  const next = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result / uint32Range;
  };
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    isLucky: (chance) => next() < chance,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  };
}

function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
