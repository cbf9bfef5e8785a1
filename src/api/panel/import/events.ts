import type { Pool } from '../../../db/pool.ts';
import { countImport } from '../../../db/queries/catalogue/import-items.ts';
import { readImportRun } from '../../../db/queries/catalogue/import-runs.ts';
import type { ImportRef } from '../../../workflows/import/contract.ts';
import { EventStream, type StreamEvent } from '../answers.ts';
import { progressOf } from './view.ts';

const LOOK_EVERY_MS = 1_000;
const over: ReadonlySet<string> = new Set(['finished', 'cancelled', 'discarded']);

/**
 * Progress as it happens, until the run is over; then an event `end`, after which the client closes. The id of an event says
 * what it shows, so that a client that connects again gets only what is new to it.
 */
export function progressEvents(pool: Pool, ref: ImportRef, lastEventId: string | undefined): EventStream {
  return new EventStream((signal) => events(pool, ref, lastEventId, signal));
}

async function* events(
  pool: Pool,
  { connection, run: id }: ImportRef,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let shown = lastEventId;
  while (!signal.aborted) {
    const run = await readImportRun(pool, connection, id);
    if (run === undefined) return;
    const data = progressOf(run, await countImport(pool, id));
    const eventId = `${data.state}-${data.done}-${data.total}`;
    const ends = over.has(data.state);
    if (ends || eventId !== shown) yield { id: eventId, event: ends ? 'end' : 'progress', data };
    if (ends) return;
    shown = eventId;
    await pause(signal);
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
