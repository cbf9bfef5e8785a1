/** Numbers from 0 to 1 that look random and repeat (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: () => number, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T;
}

/** A whole number of milliseconds between two. */
export function between(random: () => number, fromMs: number, toMs: number): number {
  return Math.round(fromMs + random() * (toMs - fromMs));
}

/** Everything once in a random order before anything comes twice. */
export function* dealt<T>(random: () => number, all: readonly T[]): Generator<T, never> {
  for (;;) {
    const deck = [...all];
    while (deck.length > 0) yield deck.splice(Math.floor(random() * deck.length), 1)[0] as T;
  }
}
