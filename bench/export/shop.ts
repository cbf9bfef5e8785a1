import { ScheduleOverlapPolicy } from '@temporalio/client';
import { askForReport } from '../../src/db/queries/catalogue/match-run.ts';
import { DEMO_CONNECTION } from '../../tools/local/demo-connection.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { ask } from '../orders/control.ts';
import type { World } from '../orders/world.ts';

const AT_ONCE = 10_000;
/** Nobody waits longer for a write. */
const GIVEN_UP_MS = 60_000;
/** Units of each on both sides. */
const STOCK = 7;

/** Goods on both sides under the same codes, `variantsOf` each product. */
export async function addGoods({ stack }: World, count: number, variantsOf = 1): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => first + index);
    await ask(`${stack.microbg.controlUrl}/items`, {
      items: numbers.map((number) => ({
        ...{ Code: `SKU-${number}`, Name: `Тениска модел ${number}`, price: 10, stock: STOCK },
      })),
    });
    const products = Array.from({ length: Math.ceil(numbers.length / variantsOf) }, (_, index) =>
      numbers.slice(index * variantsOf, (index + 1) * variantsOf),
    );
    await ask(`${stack.cloudcart.controlUrl}/products`, {
      products: products.map((own) => ({
        name: `Тениска модел ${own[0]}`,
        variants: own.map((number) => ({ sku: `SKU-${number}`, price: 1_000, quantity: STOCK })),
      })),
    });
  }
}

/** Matches everything, links what is found, and has the shop show what it should: what an earlier day has left. */
export async function settle(world: World): Promise<void> {
  const { pool, temporal } = world;
  const asked = await askForReport(pool, DEMO_CONNECTION, 'bench');
  await temporal.schedule.getHandle('matches:0').trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  await until(
    world,
    'the match report',
    `select from match_report where id = ${asked?.id} and state = 'finished'`,
  );
  await pool.query(
    `insert into item_link (connection_id, variant_key, warehouse_item_id, ratio, matched_by)
     select connection_id, variant_key, warehouse_item_id, ratio, matched_by from match_row
     where state = 'will_link' on conflict do nothing`,
  );
  await pool.query('analyze');
  await mode(world, 'observe');
  await runCycle(world);
  await pool.query(
    `update stock_sku set shown = wanted, shown_price = wanted_price, exported_version = version, dirty_since = null,
       priority = null, urgent_at = null where wanted is not null`,
  );
  await pool.query('analyze');
  await mode(world, 'live');
}

/** Changes settings of the connection. The processes see it within two seconds. */
export async function settings({ pool }: World, changes: object): Promise<void> {
  await pool.query(
    `update connection_settings set settings = settings || $1::jsonb where connection_id = $2`,
    [JSON.stringify(changes), DEMO_CONNECTION],
  );
  await new Promise((resolve) => setTimeout(resolve, 2_500));
}

async function mode({ pool }: World, to: string): Promise<void> {
  await pool.query('update connection set mode = $1', [to]);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
}

/** What a cycle did, as it wrote it down. */
export interface Cycle {
  readonly id: number;
  readonly seconds: number;
  readonly warehouseRequests: number;
  readonly written: number;
  readonly bulkCalls: number;
  readonly left: number;
  readonly reason: string | null;
}

/** Begins a cycle and waits for its end. */
export async function runCycle(world: World): Promise<Cycle> {
  const before = await lastCycle(world);
  await beginCycle(world);
  await waitUntil('the cycle', async () => (await lastCycle(world)) > before, {
    timeoutMs: 600_000,
    everyMs: 20,
  });
  const { rows } = await world.pool.query(
    `select id, reason, (figures ->> 'seconds')::float8 as seconds, (figures ->> 'warehouseRequests')::int as "warehouseRequests",
       coalesce((figures #>> '{written,done}')::int, 0) + coalesce((figures #>> '{bulk,done}')::int, 0) as written,
       coalesce((figures #>> '{bulk,calls}')::int, 0) as "bulkCalls", (figures ->> 'left')::int as left
     from stock_cycle where state <> 'running' order by id desc limit 1`,
  );
  return rows[0] as Cycle;
}

export async function beginCycle({ temporal }: World): Promise<void> {
  await temporal.schedule
    .getHandle(`stock-export:${DEMO_CONNECTION}`)
    .trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}

async function lastCycle({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ id: number | null }>(
    `select max(id) as id from stock_cycle where state <> 'running'`,
  );
  return rows[0]?.id ?? 0;
}

/** Waits until a statement finds something. */
export async function until({ pool }: World, what: string, statement: string): Promise<void> {
  await waitUntil(what, async () => (await pool.query(statement)).rowCount !== 0, {
    timeoutMs: 600_000,
    everyMs: 20,
  });
}

/** Sets quantities in the warehouse, by the number of the item. */
export async function setStock(
  { stack }: World,
  numbers: readonly number[],
  quantityOf: (number: number) => number,
): Promise<void> {
  await Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let index = lane; index < numbers.length; index += 8) {
        const number = numbers[index] ?? 0;
        const body = { code: `SKU-${number}`, objectId: 2, quantity: quantityOf(number) };
        await ask(`${stack.microbg.controlUrl}/stock`, body, 'PUT');
      }
    }),
  );
}

interface StockRow {
  readonly variantId: number;
  readonly quantity: number;
}

/** What the shop shows of a variant. */
export async function stockOf({ stack }: World, sku: string): Promise<StockRow | undefined> {
  const { stock } = await ask<{ stock: StockRow[] }>(`${stack.cloudcart.controlUrl}/stock?sku=${sku}`);
  return stock[0];
}

/** From an order to our write of its variant, by the shop's log: whatever passed it on the way is right then. */
export async function msUntilWritten(world: World, sku: string): Promise<number> {
  const { variantId } = (await stockOf(world, sku)) ?? { variantId: 0 };
  const since = await shopLogEnd(world);
  const { now } = await ask<{ now: number }>(`${world.stack.cloudcart.controlUrl}/clock`);
  await ask(`${world.stack.cloudcart.controlUrl}/orders`, { lines: [{ sku }], payment: 'cod' });
  for (const until = performance.now() + GIVEN_UP_MS; performance.now() < until;) {
    const write = (await shopRequests(world, since)).find(
      ({ method, path, status }) => method === 'PATCH' && path.endsWith(`/${variantId}`) && status === 200,
    );
    if (write !== undefined) return write.at - now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return Number.NaN;
}

interface Logged {
  readonly seq: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number | string;
}

/** What the shop was asked since a place in its log. */
export async function shopRequests({ stack }: World, since: number): Promise<Logged[]> {
  const { requests } = await ask<{ requests: Logged[] }>(
    `${stack.cloudcart.controlUrl}/requests?since=${since}`,
  );
  return requests;
}

export async function shopLogEnd(world: World): Promise<number> {
  return (await shopRequests(world, 0)).at(-1)?.seq ?? 0;
}
