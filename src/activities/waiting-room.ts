import type { Release, Slots } from './slots.ts';

/** No seat, or no place for too long: ask again after so many milliseconds. */
interface ComeBack {
  readonly comeBackInMs: number;
}

/**
 * Where passes wait for a place of their connection. A pass that waits here keeps a step of the worker busy, so there
 * are few seats for all connections together: a shop that is away, with a thousand orders waiting for it, must not
 * take the worker from the others. Who finds no seat is given a turn.
 */
export interface WaitingRoom {
  enter(resource: string, options: { capacity: number; waitMs: number }): Promise<Release | ComeBack>;
}

/** Before this it is not worth while to ask again; and nobody waits longer than an outage may have been over. */
const SOONEST_MS = 250;
const LATEST_MS = 60_000;
/**
 * Turns of one connection follow one another at this distance: faster than passes can follow one another at micro.bg, so
 * that a place never waits for a pass, also when an outage ends; and slow enough for Temporal, whoever is away.
 */
const TURN_MS = 40;

/** The passes of one connection in this process. */
interface Line {
  waiting: number;
  lastTurnAt: number;
}

/** One waiting room of a process. One pass of a connection always finds a seat. */
export function createWaitingRoom(slots: Slots, seats: number): WaitingRoom {
  const lines = new Map<string, Line>();
  let taken = 0;

  const lineOf = (resource: string): Line => {
    const line = lines.get(resource) ?? { waiting: 0, lastTurnAt: 0 };
    lines.set(resource, line);
    return line;
  };

  return {
    async enter(resource, options) {
      const line = lineOf(resource);
      if (line.waiting > 0 && taken >= seats) return { comeBackInMs: nextTurn(line) };
      line.waiting += 1;
      taken += 1;
      const release = await slots.acquire(resource, options).finally(() => {
        line.waiting -= 1;
        taken -= 1;
      });
      return release ?? { comeBackInMs: nextTurn(line) };
    },
  };
}

function nextTurn(line: Line): number {
  const now = performance.now();
  const turn = Math.max(now + SOONEST_MS, line.lastTurnAt + TURN_MS);
  if (turn - now <= LATEST_MS) {
    line.lastTurnAt = turn;
    return turn - now;
  }
  // So many that nobody knows; they must not all come at the same moment.
  return LATEST_MS * (0.5 + Math.random() / 2);
}
