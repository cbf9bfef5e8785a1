import type { Release, Slots } from './slots.ts';

/** No seat, or no place for too long: ask again after so many milliseconds. */
interface ComeBack {
  readonly comeBackInMs: number;
}

/**
 * Where passes wait for a place of their connection. A pass that waits here keeps a step of the worker busy, so there
 * are few seats for all connections together: a shop that is away, with a thousand orders waiting for it, must not
 * take the worker from the others. Who finds no seat is told when it is likely to be its turn.
 */
export interface WaitingRoom {
  enter(resource: string, options: { capacity: number; waitMs: number }): Promise<Release | ComeBack>;
}

/** Before this it is not worth while to ask again; after this an outage may be over, whatever it looked like. */
const SOONEST_MS = 250;
const LATEST_MS = 60_000;
/** Turns are given a little early: a pass may wait for a place, a place must never wait for a pass. */
const EARLY = 0.7;
/** How much the newest pass counts in what a pass usually takes. */
const NEWEST = 0.2;
/** What the first passes of a connection are taken to need. */
const FIRST_GUESS_MS = 200;

/** The passes of one connection in this process. */
interface Line {
  waiting: number;
  /** When those began that hold a place now. */
  readonly holding: Set<{ readonly since: number }>;
  holdMs: number;
  lastTurnAt: number;
}

/** One waiting room of a process. One pass of a connection always finds a seat. */
export function createWaitingRoom(slots: Slots, seats: number): WaitingRoom {
  const lines = new Map<string, Line>();
  let taken = 0;

  const lineOf = (resource: string): Line => {
    const line = lines.get(resource) ?? {
      ...{ waiting: 0, holding: new Set(), holdMs: FIRST_GUESS_MS, lastTurnAt: 0 },
    };
    lines.set(resource, line);
    return line;
  };

  return {
    async enter(resource, { capacity, waitMs }) {
      const line = lineOf(resource);
      if (line.waiting > 0 && taken >= seats) return { comeBackInMs: nextTurn(line, capacity) };
      line.waiting += 1;
      taken += 1;
      const release = await slots.acquire(resource, { capacity, waitMs }).finally(() => {
        line.waiting -= 1;
        taken -= 1;
      });
      return release === undefined ? { comeBackInMs: nextTurn(line, capacity) } : held(line, release);
    },
  };
}

function held(line: Line, release: Release): Release {
  const pass = { since: performance.now() };
  line.holding.add(pass);
  return () => {
    if (line.holding.delete(pass)) line.holdMs += NEWEST * (performance.now() - pass.since - line.holdMs);
    release();
  };
}

/** Turns follow one another as places come free: by what passes took lately, or take now when that is longer. */
function nextTurn(line: Line, capacity: number): number {
  const now = performance.now();
  const longest = Math.max(line.holdMs, ...[...line.holding].map(({ since }) => now - since));
  const turn = Math.max(now + SOONEST_MS, line.lastTurnAt + (EARLY * longest) / capacity);
  if (turn - now <= LATEST_MS) {
    line.lastTurnAt = turn;
    return turn - now;
  }
  // Further away nobody knows; they must not all come at the same moment.
  return LATEST_MS * (0.5 + Math.random() / 2);
}
