import type { Pool } from './pool.ts';
import { type Connection, readConnection } from './queries/connections.ts';
import type { SecretBox } from './secrets.ts';

/** Unknown ids are remembered too, but not without limit: they come from outside. */
const MAX_ENTRIES = 5_000;

/** Connections by id, read again when older than `ttlMs`: a change of settings works without a restart. */
export interface ConnectionCache {
  get(id: string): Promise<Connection | undefined>;
  forget(id: string): void;
}

export function createConnectionCache(pool: Pool, box: SecretBox, ttlMs = 2_000): ConnectionCache {
  const entries = new Map<string, { readAt: number; value: Promise<Connection | undefined> }>();
  return {
    get(id) {
      const known = entries.get(id);
      if (known !== undefined && performance.now() - known.readAt < ttlMs) return known.value;
      if (entries.size >= MAX_ENTRIES) entries.clear();
      const value = readConnection(pool, box, id);
      entries.set(id, { readAt: performance.now(), value });
      value.catch(() => entries.delete(id));
      return value;
    },
    forget: (id) => void entries.delete(id),
  };
}
