import { randomUUID } from 'node:crypto';
import type { Pool } from '../db/pool.ts';
import { freeSlot, isWanted, takeSlot, wantSlot } from '../db/queries/slots.ts';

/** A place that is held. Giving it back twice does nothing. */
export type Release = () => void;

/** Places that many processes share: passes per connection, requests in flight per micro.bg application. */
export interface Slots {
  /**
   * Waits for one of the first `capacity` places; undefined when none came free within `waitMs`. Background work waits behind
   * everything else, also behind what waits in other processes.
   */
  acquire(
    resource: string,
    options: { capacity: number; waitMs: number; background?: boolean },
  ): Promise<Release | undefined>;
  /** Gives everything back. */
  close(): Promise<void>;
}

/** A place goes from pass to pass inside a process for so long; then other processes get their turn. */
const TENURE_MS = 2_000;
/** A place that nobody here waits for is kept for so long: the next pass of a burst needs no statement. */
const IDLE_MS = 20;
/** Pause between two looks for a free place while passes wait. */
const LOOK_AGAIN_MS = 40;
/** What waits for a place says so, for so long: background work of other processes then gives its place back. */
const WANT_MS = 400;
/** How often background work looks whether somebody wants its place. */
const WANTED_LOOK_MS = 40;
/** After it gave its place back, background work leaves it to the others for so long. */
const STAND_BACK_MS = 3 * LOOK_AGAIN_MS;

interface Place {
  readonly holder: string;
  readonly takenAt: number;
  readonly renewal: NodeJS.Timeout;
  idle?: NodeJS.Timeout | undefined;
}

interface Waiter {
  readonly give: (place: Place | undefined) => void;
  readonly background: boolean;
}

interface Queue {
  readonly resource: string;
  readonly waiting: Waiter[];
  readonly idle: Place[];
  /** Places that this process holds, in use or idle. */
  held: number;
  looking: boolean;
  /** Somebody in another process waits for it. */
  wanted: boolean;
  /** Background work looks for a place from then on, by our clock. */
  standBackUntil: number;
  /** Uses of a place by background work, and the timer that looks meanwhile whether it is wanted. */
  background: number;
  watching: NodeJS.Timeout | undefined;
}

/**
 * Hands places out in the order of asking. A place is leased in PostgreSQL and renewed while it is held, so that
 * a process that died gives its places back by itself, `leaseMs` later.
 */
export function createSlots(pool: Pool, leaseMs: number): Slots {
  const queues = new Map<string, Queue>();
  const owned = new Set<Place>();
  let closed = false;

  /** Who may use fewer places waits apart: a place beyond those must not come to it by the way. */
  const queueOf = (resource: string, capacity: number): Queue => {
    const key = `${resource} ${capacity}`;
    const known = queues.get(key);
    if (known !== undefined) return known;
    const queue: Queue = {
      ...{ resource, waiting: [], idle: [], held: 0, looking: false },
      ...{ wanted: false, standBackUntil: 0, background: 0, watching: undefined },
    };
    queues.set(key, queue);
    return queue;
  };

  async function free(queue: Queue, place: Place): Promise<void> {
    clearInterval(place.renewal);
    owned.delete(place);
    // Lost with the connection: then the lease runs out.
    await freeSlot(pool, queue.resource, place.holder).catch(() => undefined);
    queue.held -= 1;
  }

  async function take(queue: Queue, capacity: number): Promise<Place | undefined> {
    const slot = { resource: queue.resource, capacity, holder: randomUUID(), leaseMs };
    if (!(await takeSlot(pool, slot))) return undefined;
    const renewal = setInterval(() => void takeSlot(pool, slot).catch(() => false), leaseMs / 3).unref();
    const place: Place = { holder: slot.holder, takenAt: performance.now(), renewal };
    owned.add(place);
    queue.held += 1;
    return place;
  }

  async function look(queue: Queue, capacity: number): Promise<void> {
    if (queue.looking) return;
    queue.looking = true;
    try {
      // When all places are ours there is nothing to look for: one of ours comes free, and goes to who waits.
      while (queue.waiting.length > 0 && queue.held < capacity && !closed) {
        const urgent = queue.waiting.some((waiter) => !waiter.background);
        const mayLook = urgent || performance.now() >= queue.standBackUntil;
        const place = mayLook ? await take(queue, capacity).catch(() => undefined) : undefined;
        if (place !== undefined) {
          pass(queue, capacity, place);
          continue;
        }
        if (urgent) await wantSlot(pool, queue.resource, WANT_MS).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
    } finally {
      queue.looking = false;
    }
  }

  /** Who is next: what waits longest, background work after everything else. */
  function nextOf({ waiting }: Queue): Waiter | undefined {
    const urgent = waiting.findIndex((waiter) => !waiter.background);
    return waiting.splice(Math.max(urgent, 0), 1)[0];
  }

  /** While background work uses a place, it looks whether another process wants it. */
  function watcher(queue: Queue): () => void {
    queue.background += 1;
    queue.watching ??= setInterval(() => {
      void isWanted(pool, queue.resource)
        .then((wanted) => (queue.wanted = wanted))
        .catch(() => undefined);
    }, WANTED_LOOK_MS).unref();
    return () => {
      queue.background -= 1;
      // The next request of the same work begins at once: only what stays unused is not watched any more.
      setTimeout(() => {
        if (queue.background > 0) return;
        clearInterval(queue.watching);
        queue.watching = undefined;
      }, WANTED_LOOK_MS).unref();
    };
  }

  /** Gives a place to who is next, keeps it for a moment, or gives it back. */
  function pass(queue: Queue, capacity: number, place: Place): void {
    const next = nextOf(queue);
    if (next !== undefined) return next.give(place);
    queue.idle.push(place);
    place.idle = setTimeout(() => {
      queue.idle.splice(queue.idle.indexOf(place), 1);
      void free(queue, place).then(() => look(queue, capacity));
    }, IDLE_MS);
  }

  function releaser(queue: Queue, capacity: number, place: Place, background: boolean): Release {
    let released = false;
    const stopWatching = background ? watcher(queue) : () => undefined;
    return () => {
      if (released) return;
      released = true;
      stopWatching();
      const yields = background && queue.wanted && queue.waiting.every((waiter) => waiter.background);
      if (yields) {
        queue.wanted = false;
        queue.standBackUntil = performance.now() + STAND_BACK_MS;
      }
      if (closed || yields || performance.now() - place.takenAt > TENURE_MS) {
        void free(queue, place).then(() => look(queue, capacity));
      } else pass(queue, capacity, place);
    };
  }

  return {
    async acquire(resource, { capacity, waitMs, background = false }) {
      const queue = queueOf(resource, capacity);
      const kept = queue.idle.pop();
      if (kept !== undefined) {
        clearTimeout(kept.idle);
        return releaser(queue, capacity, kept, background);
      }
      const place = await new Promise<Place | undefined>((resolve) => {
        const waiter: Waiter = {
          background,
          give: (given) => {
            clearTimeout(timer);
            resolve(given);
          },
        };
        const timer = setTimeout(() => {
          queue.waiting.splice(queue.waiting.indexOf(waiter), 1);
          resolve(undefined);
        }, waitMs);
        queue.waiting.push(waiter);
        void look(queue, capacity);
      });
      return place === undefined ? undefined : releaser(queue, capacity, place, background);
    },
    async close() {
      closed = true;
      for (const queue of queues.values()) for (const place of queue.idle) clearTimeout(place.idle);
      for (const queue of queues.values())
        for (const waiter of queue.waiting.splice(0)) waiter.give(undefined);
      const idle = [...queues.values()].flatMap((queue) =>
        queue.idle.splice(0).map((place) => free(queue, place)),
      );
      await Promise.all(idle);
      for (const place of owned) clearInterval(place.renewal);
    },
  };
}
