import { randomUUID } from 'node:crypto';
import { createPassIo } from '../../src/activities/order/io.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { emptyDatabase } from './database.ts';
import { type Emulators, documentsOfOrder } from './emulators.ts';
import { PassWorld } from './passes.ts';
import { StoppingIo } from './stopping-io.ts';

const durations = { httpDeadlineMs: 800, leaseMs: 1_200, landMs: 900 };

/**
 * The very first order of a connection: nothing is linked, no id was ever given out, no fact of the account is known.
 * Its pass dies at the given point; another one follows. Answers the points of the first pass, and what is wrong.
 */
export async function firstOrderEver(
  emulators: Emulators,
  dieAt: number,
): Promise<{ reached: readonly string[]; died: boolean; fault: string | undefined }> {
  const pool = await freshDatabase();
  try {
    // A company of its own: other installations on it would give out the same ids at the same time.
    const company = `cold-${randomUUID()}`;
    const application = await emulators.warehouse.control.post<{ apiId: string; secret: string }>(
      '/companies',
      { key: company },
    );
    const own = { ...emulators, warehouse: { ...emulators.warehouse, ...application } };
    const world = await PassWorld.create(pool, own, 'cold');
    const orderId = await world.place({
      lines: [{ sku: 'CUP-01' }],
      customer: { email: `cold-${dieAt}@example.com`, guest: true },
      shipping: { provider: 'econt', price: '4.80' },
      payment: 'cod',
    });
    const io = new StoppingIo(createPassIo(pool), dieAt);
    const worker = world.worker(durations, io);
    const ended = world.pass(worker, orderId).then(
      () => false,
      () => false,
    );
    const died = await Promise.race([io.parked.then(() => true), ended]);
    await worker.slots.close();
    await world.settle(world.worker(durations), orderId);
    const documents = await documentsOfOrder(emulators.warehouse.control, orderId, company);
    const shown = documents.map(({ type, lineGross }) => `${type}: ${lineGross}`).join(', ');
    return { reached: io.reached, died, fault: shown === '19: 14.4' ? undefined : `[${shown}]` };
  } finally {
    // The dead pass keeps no connection: it stands between two statements.
    await pool.end();
  }
}

async function freshDatabase(): Promise<Pool> {
  const url = await emptyDatabase();
  await migrate(url, () => undefined);
  return openPool({ url, max: 4, applicationName: 'test', onError: () => undefined });
}
