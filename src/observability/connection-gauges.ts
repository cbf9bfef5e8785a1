import { Gauge, type Registry } from 'prom-client';
import type { ConnectionFigures } from '../db/queries/completeness.ts';
import { alarmsOf } from '../domain/connection/alarms.ts';

/** Figures are counted at most this often, however many ask. */
const FRESH_MS = 30_000;

const counted = [
  'orders',
  'documented',
  'withoutDocument',
  'waiting',
  'blocked',
  'conflict',
  'difference',
  'unknownDocuments',
] as const;
const timed = {
  order: 'lastOrderAt',
  delivery: 'lastDeliveryAt',
  sweep: 'lastSweepAt',
  watchdog: 'lastWatchdogAt',
  verification: 'lastVerificationAt',
  export: 'lastExportAt',
} as const;

/**
 * Gauges of every connection, worked out when they are asked for: they go on telling the truth when the watchdog
 * does not run. Without an answer of the database they are absent.
 */
export function addConnectionGauges(
  registry: Registry,
  read: () => Promise<readonly ConnectionFigures[]>,
): void {
  const figures = remembered(read);
  const gauge = (
    name: string,
    help: string,
    label: string,
    values: (one: ConnectionFigures) => readonly (readonly [string, number])[],
  ): void => {
    const all: Gauge = new Gauge({
      name,
      help,
      labelNames: ['connection', label],
      registers: [registry],
      async collect() {
        all.reset();
        for (const one of await figures())
          for (const [value, number] of values(one)) all.set({ connection: one.id, [label]: value }, number);
      },
    });
  };
  gauge('connection_orders', 'Orders of a connection by how they stand', 'figure', (one) =>
    counted.map((name) => [name, one[name]] as const),
  );
  gauge('connection_last_timestamp_seconds', 'When something last went well, by what it was', 'what', (one) =>
    Object.entries(timed).flatMap(([what, name]) => {
      const at = one[name];
      return at === null ? [] : [[what, at.getTime() / 1_000] as const];
    }),
  );
  gauge('connection_alarm', '1 for every alarm of this moment, by code', 'code', (one) =>
    alarmsOf(one, one.alarmLimits).map(({ code }) => [code, 1] as const),
  );
}

/** One count for all gauges of a look; an error is not remembered. */
function remembered(
  read: () => Promise<readonly ConnectionFigures[]>,
): () => Promise<readonly ConnectionFigures[]> {
  let last: { readonly at: number; readonly figures: Promise<readonly ConnectionFigures[]> } | undefined;
  return async () => {
    if (last === undefined || performance.now() - last.at > FRESH_MS)
      last = { at: performance.now(), figures: read() };
    try {
      return await last.figures;
    } catch {
      last = undefined;
      return [];
    }
  };
}
