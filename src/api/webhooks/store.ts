import type { Pool } from '../../db/pool.ts';
import { type Delivery, MAX_DELIVERIES_AT_ONCE, storeDeliveries } from '../../db/queries/inbox.ts';

/** Statements under way at once: enough to keep the disk busy, few enough to let deliveries gather. */
const STATEMENTS = 4;
/** A statement that holds so much takes no further deliveries. */
const FULL_BYTES = 1_000_000;

interface Waiting {
  readonly delivery: Delivery;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Stores a delivery. Guarantee: once this resolves, the event survives any crash. */
export type StoreDelivery = (delivery: Delivery) => Promise<void>;

/**
 * Deliveries that arrive while others are being written go together in the next statement: in a rush one commit
 * serves many. A single one is written at once.
 */
export function createDeliveryStore(pool: Pool): StoreDelivery {
  const waiting: Waiting[] = [];
  let underWay = 0;
  const pump = (): void => {
    while (underWay < STATEMENTS && waiting.length > 0) {
      underWay += 1;
      void storeTogether(pool, takeBatch(waiting)).finally(() => {
        underWay -= 1;
        pump();
      });
    }
  };
  return (delivery) =>
    new Promise((resolve, reject) => {
      waiting.push({ delivery, resolve, reject });
      pump();
    });
}

function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < Math.min(waiting.length, MAX_DELIVERIES_AT_ONCE) && bytes < FULL_BYTES) {
    bytes += waiting[count]?.delivery.body.length ?? 0;
    count += 1;
  }
  return waiting.splice(0, count);
}

async function storeTogether(pool: Pool, batch: readonly Waiting[]): Promise<void> {
  try {
    await storeDeliveries(
      pool,
      batch.map(({ delivery }) => delivery),
    );
    for (const { resolve } of batch) resolve();
  } catch (error) {
    if (batch.length > 1 && isRefusedRow(error)) {
      await Promise.all(batch.map((each) => storeTogether(pool, [each])));
      return;
    }
    for (const { reject } of batch) reject(error);
  }
}

/** Refused for one row's sake (its connection was removed a moment ago), which must not cost the others. */
function isRefusedRow(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^2[23]/.test(code);
}
