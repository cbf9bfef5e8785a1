import type { Pool, Queryable } from '../../db/pool.ts';

/**
 * All that a pass does to the world goes through here: tests stop it before and after every point, and let
 * another pass run meanwhile.
 */
export interface PassIo {
  /** One atomic statement on the database. */
  db<T>(name: string, work: (database: Queryable) => Promise<T>): Promise<T>;
  /** One request to a vendor. The work starts the request; nothing comes between it and the wire. */
  call<T>(name: string, send: () => Promise<T>): Promise<T>;
  /** A clock that never jumps, milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** The real thing. */
export function createPassIo(pool: Pool): PassIo {
  return {
    db: (_name, work) => work(pool),
    call: (_name, send) => send(),
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
