import { ScheduleOverlapPolicy } from '@temporalio/client';
import { askForReport } from '../src/db/queries/catalogue/match-run.ts';
import { DEMO_CONNECTION } from '../tools/local/demo-connection.ts';
import { waitUntil } from '../tools/local/process.ts';
import { type OnEnd, withCleanUp } from '../tools/local/scope.ts';
import { type JoinResult, joinInMemory } from './match/join.ts';
import { type PageTimes, timePages } from './match/pages.ts';
import { type ReportCost, UsageOf, costOfReport } from './match/usage.ts';
import { ask } from './orders/control.ts';
import { type World, startWorld } from './orders/world.ts';
import { type BenchOptions, type BenchReport, target, thisMachine } from './support/report.ts';

const GOODS = 100_000;
const LIMITED_GOODS = 10_000;
/** The smallest limit of a shop: 49 of 50 pass (CloudCart API 2.1). */
const SMALLEST_LIMIT = 50;
/** Share of the goods that only one of the sides has. */
const SHIFT = 0.1;
const AT_ONCE = 10_000;

/**
 * A report of all goods under the smallest limit while an order comes in; then one of 100,000 variants and 100,000 items
 * from emulators without a limit, beside a script that reads the same pages and joins them in memory; then its pages.
 * A short run has fewer goods.
 */
export async function match({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const share = seconds === undefined ? 1 : Math.min(1, seconds / 60);
    const goods = Math.ceil(GOODS * share);
    const limited = Math.min(goods, Math.ceil(LIMITED_GOODS * share));
    const slow = await withCleanUp((afterwards) => underLimit(afterwards, say, limited));
    const world = await startWorld(onEnd, say);
    await addGoods(world, goods, 'shop');
    await addGoods(world, goods, 'warehouse');
    say(`${goods} variants and ${goods} items without a limit`);
    const usage = new UsageOf(world);
    const cost = await costOfReport(world, usage, () => runReport(world));
    say('the same pages, joined in memory by a script');
    const join = await joinInMemory(world);
    say('pages of the report over the API');
    const pages = await timePages(world);
    return report({ limited, slow, cost, join, pages });
  });
}

/** Variants and items with running codes; the warehouse's begin a tenth later. */
async function addGoods({ stack }: World, count: number, side: 'shop' | 'warehouse'): Promise<void> {
  const shift = Math.ceil(count * SHIFT);
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => first + index);
    if (side === 'warehouse')
      await ask(`${stack.microbg.controlUrl}/items`, { items: numbers.map((n) => itemOf(n, shift)) });
    else await ask(`${stack.cloudcart.controlUrl}/products`, { products: numbers.map(productOf) });
  }
}

function itemOf(number: number, shift: number): object {
  const barcode = String(4_800_000_000_000 + number);
  return { Code: `SKU-${number + shift}`, Name: `Тениска модел ${number}`, Barcode: barcode, price: 10 };
}

function productOf(number: number): object {
  const barcode = String(3_800_000_000_000 + number);
  return {
    ...{ name: `Тениска модел ${number} от памук`, description: 'Описание на стоката' },
    variants: [{ sku: `SKU-${number}`, barcode, price: 1_000 }],
  };
}

/** Asks for a report and waits until everybody reads it. */
async function runReport({ pool, temporal }: World): Promise<number> {
  const asked = await askForReport(pool, DEMO_CONNECTION, 'bench');
  const report = asked?.id ?? 0;
  await temporal.schedule.getHandle('matches:0').trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  await waitUntil(
    'the report',
    async () => {
      const found = await pool.query(`select from match_report where id = $1 and state = 'finished'`, [
        report,
      ]);
      return found.rowCount === 1;
    },
    { timeoutMs: 600_000, everyMs: 50 },
  );
  return report;
}

interface UnderLimit {
  readonly seconds: number;
  readonly refused: number;
  readonly orderMs: number;
  readonly requests: number;
}

/** A report under the shop's smallest limit. When a third was read, an order comes in. */
async function underLimit(onEnd: OnEnd, say: BenchOptions['say'], goods: number): Promise<UnderLimit> {
  const world = await startWorld(onEnd, say, { limited: true });
  const { stack, pool } = world;
  await ask(`${stack.cloudcart.controlUrl}/switches`, { rateLimitPerMinute: SMALLEST_LIMIT }, 'PATCH');
  await addGoods(world, goods, 'shop');
  say(`${goods} variants under the smallest limit, with an order in the middle`);
  const began = performance.now();
  const running = runReport(world);
  await waitUntil(
    'a part of the pages',
    async () => {
      const { rows } = await pool.query<{ part: boolean }>(
        `select (progress #>> '{shop,read}')::int * 3 > (progress #>> '{shop,total}')::int as part
         from match_report order by id desc limit 1`,
      );
      return rows[0]?.part === true;
    },
    { timeoutMs: 300_000 },
  );
  const placed = performance.now();
  const { id } = await ask<{ id: number }>(`${stack.cloudcart.controlUrl}/orders`, { preset: 'G02' });
  await waitUntil(
    'the read of the order',
    async () => {
      const found = await pool.query(
        'select from shop_order where shop_order_id = $1 and last_read_at is not null',
        [String(id)],
      );
      return found.rowCount === 1;
    },
    { timeoutMs: 120_000, everyMs: 20 },
  );
  const orderMs = performance.now() - placed;
  const report = await running;
  const { requests } = await ask<{ requests: { status: number | string }[] }>(
    `${stack.cloudcart.controlUrl}/requests?since=0`,
  );
  const { rows } = await pool.query<{ n: number }>(
    `select (figures ->> 'shopRequests')::int as n from match_report where id = $1`,
    [report],
  );
  return {
    seconds: (performance.now() - began) / 1_000,
    refused: requests.filter(({ status }) => status === 429).length,
    ...{ orderMs, requests: rows[0]?.n ?? Number.NaN },
  };
}

function report({
  limited,
  slow,
  cost,
  join,
  pages,
}: {
  readonly limited: number;
  readonly slow: UnderLimit;
  readonly cost: ReportCost;
  readonly join: JoinResult;
  readonly pages: PageTimes;
}): BenchReport {
  const seconds = (name: string, value: number) => ({ name, value, unit: 's' });
  const after = seconds('CPU after the last answer, worker and PostgreSQL', cost.afterSeconds);
  const memory = { name: 'extra memory of the worker', value: cost.extraMiB, unit: 'MiB' };
  const page = { name: 'a page of the report, p95', value: pages.p95Ms, unit: 'ms' };
  const unneeded = (name: string, value: number) => ({ name, value, unit: 'requests' });
  return {
    bench: 'match',
    machine: thisMachine(),
    baseline: [
      seconds('script: CPU of reading and parsing the same pages', join.readSeconds),
      seconds('script: CPU of the join in memory', join.joinSeconds),
      { name: 'script: memory', value: join.memoryMiB, unit: 'MiB' },
    ],
    results: [
      { name: 'variants of the shop', value: cost.variants, unit: '' },
      { name: 'items of the warehouse', value: cost.items, unit: '' },
      seconds('the report, wall clock', cost.wallSeconds),
      seconds('CPU of reading, parsing and storing: worker', cost.readWorkerSeconds),
      seconds('CPU of reading, parsing and storing: PostgreSQL', cost.readPostgresSeconds),
      seconds('CPU after the last answer: worker', cost.afterWorkerSeconds),
      seconds('CPU after the last answer: PostgreSQL', cost.afterPostgresSeconds),
      {
        name: 'all CPU beside that of the script',
        value: cost.allSeconds / (join.readSeconds + join.joinSeconds),
        unit: 'x',
      },
      { name: 'pages of the report, middle', value: pages.medianMs, unit: 'ms' },
      { name: 'pages of the report, slowest', value: pages.maxMs, unit: 'ms' },
      { name: `${limited} variants under the smallest limit`, value: slow.seconds, unit: 's' },
    ],
    targets: [
      target(after, 'lower', 10),
      target(memory, 'lower', 300),
      target(page, 'lower', 100),
      target(
        unneeded('requests beyond ceil(n / page): shop', cost.shopRequests - Math.ceil(cost.variants / 100)),
        'lower',
        0,
      ),
      target(
        unneeded(
          'requests beyond ceil(n / page): warehouse',
          cost.warehouseRequests - Math.ceil(cost.items / 100),
        ),
        'lower',
        cost.items % 100 === 0 ? 1 : 0,
      ),
      target({ name: '429 under the smallest limit', value: slow.refused, unit: '' }, 'lower', 0),
      target(
        { name: 'order placed to read, in the middle', value: slow.orderMs / 1_000, unit: 's' },
        'lower',
        5,
      ),
    ],
  };
}
