import { setTimeout as sleep } from 'node:timers/promises';
import { urgentConnections } from '../../db/queries/stock/export-lease.ts';
import { writeUrgent } from './cycle.ts';
import type { ExportDependencies } from './export-context.ts';

/** Shops at once per worker; each writes a few variants and is done. */
const SHOPS = 20;
/** A shop that is slow is left to its next cycle. */
const LIMIT_MS = 20_000;

/**
 * Looks again and again for variants that orders touched, and writes them at once: a cycle may be minutes away. Not through Temporal:
 * a workflow for every sold unit would cost more than the write. What a worker that dies leaves undone is found by the
 * next look of any other (ADR 12).
 */
export function startUrgentWrites(
  dependencies: ExportDependencies,
  everyMs: number,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const busy = new Set<string>();
  const look = async (): Promise<void> => {
    const found = await urgentConnections(dependencies.pool, SHOPS);
    for (const id of found) {
      if (busy.has(id) || busy.size >= SHOPS) continue;
      busy.add(id);
      void write(dependencies, id).finally(() => busy.delete(id));
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined);
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    // What is under way ends by itself within its deadline.
    while (busy.size > 0) await sleep(50);
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function write(dependencies: ExportDependencies, id: string): Promise<void> {
  try {
    const connection = await dependencies.connections.get(id);
    if (connection !== undefined) await writeUrgent(dependencies, connection, LIMIT_MS);
  } catch (error) {
    dependencies.logger.info({ connection: id, err: error }, 'urgent writes stop; the next look goes on');
  }
}
