import { createHash } from 'node:crypto';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { OrderHeader } from '../../clients/cloudcart/orders.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import {
  type HandedOver,
  type SweptOrder,
  readSweepProgress,
  storeSweptPage,
  takeSilentOrders,
} from '../../db/queries/sweep.ts';
import { type SweepProgress, afterPage, dayBefore } from '../../domain/completeness/sweep.ts';
import type { DutyKind, DutyTask } from '../duties.ts';
import { PassStopped } from '../order/stops.ts';
import type { PassIo } from '../order/io.ts';
import { type ShopBudget, askShop } from '../shop-requests.ts';

export interface SweepDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly httpDeadlineMs: number;
  /** How often the schedule looks for shops that are due, milliseconds. */
  readonly lookEveryMs: number;
}

/** The most that the shop gives at once (CloudCart API 3.1). */
const PAGE_SIZE = 100;
/** One shop's time per run; a sweep of many pages goes on in the next one. */
const TIME_LIMIT_MS = 45_000;

/** The sweep as a duty of every connection. */
export function sweepDuty(dependencies: SweepDependencies): DutyKind {
  return {
    duty: 'sweep',
    lookEveryMs: dependencies.lookEveryMs,
    timeLimitMs: TIME_LIMIT_MS,
    pauseMs: ({ settings }) => settings.sweepEverySeconds * 1_000,
    work: (task) => sweepShop(dependencies, task),
  };
}

/**
 * Reads what changed in a shop since the last sweep, newest first, and makes every order due that looks otherwise
 * than at its last read. One request when nothing changed. Then the open orders whose gateways tell nobody.
 */
async function sweepShop(
  dependencies: SweepDependencies,
  task: DutyTask,
): Promise<{ nextInMs: number } | undefined> {
  const { connection, taken, timeLeft } = task;
  const since = dayBefore(connection.settings.startDate);
  let progress = await readSweepProgress(dependencies.pool, connection.id, since);
  for (let ended = false; !ended;) {
    if (!timeLeft()) return { nextInMs: 0 };
    const askedAtMs = Date.now();
    const page = await readPage(dependencies, connection, since, progress);
    const next = afterPage(progress, page, askedAtMs);
    const orders = page.rows.filter(({ id }) => /^\d{1,18}$/.test(id)).map((row) => seenOrder(row, since));
    handedOver(await storeSweptPage(dependencies.pool, taken, orders, { progress: next.progress, since }));
    ({ progress, ended } = next);
  }
  await lookAtSilentOrders(dependencies, task);
  return undefined;
}

async function readPage(
  dependencies: SweepDependencies,
  connection: Connection,
  since: string,
  { page }: SweepProgress,
) {
  const read = await askShop(budgetOf(dependencies, connection), 'orders.list', () =>
    dependencies.shopOf(connection).orders({
      order: 'changed',
      from: `${since} 00:00:00`,
      page: { number: page, size: PAGE_SIZE },
    }),
  );
  const rows = read?.rows ?? [];
  return {
    rows,
    first: rows[0]?.updatedAt,
    last: rows.at(-1)?.updatedAt,
    sight: createHash('sha256').update(JSON.stringify(rows)).digest('base64url'),
    more: read !== undefined && read.next !== null,
    total: read?.total ?? null,
  };
}

/** Gateways report payments to the shop, which tells nobody (CloudCart API 5.4) and may not even move the date (U-52). */
async function lookAtSilentOrders(
  dependencies: SweepDependencies,
  { connection, taken, timeLeft }: DutyTask,
): Promise<void> {
  const { settings } = connection;
  const providers = settings.silentProviders ?? settings.onlineProviders;
  if (providers.length === 0 || settings.silentReadsPerSweep === 0) return;
  const ids = await takeSilentOrders(
    dependencies.pool,
    connection.id,
    providers,
    settings.silentReadsPerSweep,
  );
  for (const id of ids) {
    if (!timeLeft()) return;
    const order = await askShop(budgetOf(dependencies, connection), 'orders.get', () =>
      dependencies.shopOf(connection).order(id),
    );
    if (order !== undefined)
      handedOver(await storeSweptPage(dependencies.pool, taken, [{ ...seen(order), ours: false }], null));
  }
}

function seenOrder(row: OrderHeader, since: string): SweptOrder {
  return { ...seen(row), ours: row.addedAt === null || row.addedAt.slice(0, 10) >= since };
}

function seen({ id, updatedAt, status, fulfilment, total, currency }: OrderHeader | CloudcartOrder) {
  return { id, updatedAt, status, fulfilment, total, currency };
}

function budgetOf({ io, httpDeadlineMs }: SweepDependencies, { shopHost }: Connection): ShopBudget {
  return { io, shopHost, budgetClass: 'prompt', httpDeadlineMs };
}

/** @throws {PassStopped} when another process sweeps this shop now. */
function handedOver(stored: HandedOver | undefined): HandedOver {
  if (stored === undefined) throw new PassStopped('duty_lost', 'Another process has taken over this sweep');
  return stored;
}
