import { randomUUID } from 'node:crypto';
import type { Pool } from '../db/pool.ts';
import { freeSlot, takeSlot } from '../db/queries/slots.ts';

/** A place that is held. Giving it back twice does nothing. */
export type Release = () => void;

/** Places that many processes share: passes per connection, requests in flight per micro.bg application. */
export interface Slots {
  /** Waits for one of the first `capacity` places; undefined when none came free within `waitMs`. */
  acquire(resource: string, options: { capacity: number; waitMs: number }): Promise<Release | undefined>;
  /** Gives everything back. */
  close(): Promise<void>;
}

/** A place goes from pass to pass inside a process for so long; then other processes get their turn. */
const TENURE_MS = 2_000;
/** A place that nobody here waits for is kept for so long: the next pass of a burst needs no statement. */
const IDLE_MS = 20;
/** Pause between two looks for a free place while passes wait. */
const LOOK_AGAIN_MS = 40;

interface Place {
  readonly holder: string;
  readonly takenAt: number;
  readonly renewal: NodeJS.Timeout;
  idle?: NodeJS.Timeout | undefined;
}

interface Waiter {
  readonly give: (place: Place | undefined) => void;
}

interface Queue {
  readonly resource: string;
  readonly waiting: Waiter[];
  readonly idle: Place[];
  /** Places that this process holds, in use or idle. */
  held: number;
  looking: boolean;
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
    const queue: Queue = { resource, waiting: [], idle: [], held: 0, looking: false };
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
        const place = await take(queue, capacity).catch(() => undefined);
        if (place === undefined) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
        else pass(queue, capacity, place);
      }
    } finally {
      queue.looking = false;
    }
  }

  /** Gives a place to who waits longest, keeps it for a moment, or gives it back. */
  function pass(queue: Queue, capacity: number, place: Place): void {
    const next = queue.waiting.shift();
    if (next !== undefined) return next.give(place);
    queue.idle.push(place);
    place.idle = setTimeout(() => {
      queue.idle.splice(queue.idle.indexOf(place), 1);
      void free(queue, place).then(() => look(queue, capacity));
    }, IDLE_MS);
  }

  function releaser(queue: Queue, capacity: number, place: Place): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (closed || performance.now() - place.takenAt > TENURE_MS) {
        void free(queue, place).then(() => look(queue, capacity));
      } else pass(queue, capacity, place);
    };
  }

  return {
    async acquire(resource, { capacity, waitMs }) {
      const queue = queueOf(resource, capacity);
      const kept = queue.idle.pop();
      if (kept !== undefined) {
        clearTimeout(kept.idle);
        return releaser(queue, capacity, kept);
      }
      const place = await new Promise<Place | undefined>((resolve) => {
        const waiter: Waiter = {
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
      return place === undefined ? undefined : releaser(queue, capacity, place);
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
