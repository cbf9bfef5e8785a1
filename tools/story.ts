import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPool } from '../src/db/pool.ts';
import { DEMO_CONNECTION, connectDemo } from './local/demo-connection.ts';
import { freePorts } from './local/ports.ts';
import { progress } from './local/progress.ts';
import { withCleanUp } from './local/scope.ts';
import { type Stack, startStack } from './local/stack.ts';
import { type Desks, type ShopOrder, cents, kindOf, money, openDesks } from './story/desks.ts';
import { STORY_ORDERS, type StoryOrder } from './story/orders.ts';

interface Told {
  readonly id: number;
  readonly what: string;
  readonly shopTotal: number;
  readonly document: string;
  readonly warehouseTotal: number;
}

/**
 * `npm run story`: the whole product on fresh state beside anything that runs, and ten orders from the shop to the
 * warehouse, each read back from the warehouse's own screen.
 */
export async function main(): Promise<number> {
  return withCleanUp(async (onEnd) => {
    const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-story-'));
    // As root, PostgreSQL runs as another user, who must be able to enter.
    chmodSync(folder, 0o755);
    onEnd(async () => rmSync(folder, { recursive: true, force: true }));
    const say = (line: string): void => console.log(line);
    let stack: Stack | undefined;
    try {
      stack = await startStack({
        folder,
        ports: await freePorts(),
        say: (line) => say(`  ${line}`),
        fsync: false,
        prepare: connectDemo,
      });
      onEnd(stack.stop.bind(stack));
      say('The product runs: shop, warehouse, gateway, worker, PostgreSQL, Temporal.');
      const told = await tellAll(stack, say);
      say(table(told));
      const equal = told.filter(({ shopTotal, warehouseTotal }) => shopTotal === warehouseTotal).length;
      say(`${equal} of ${told.length} orders have the same total on both sides, to the cent.`);
      return equal === told.length ? 0 : 1;
    } catch (error) {
      console.error(`The story failed: ${(error as Error).message}`);
      if (stack !== undefined) console.error(await problemsOf(stack));
      return 1;
    }
  });
}

/** All orders at once, as on a busy day. */
async function tellAll(stack: Stack, say: (line: string) => void): Promise<Told[]> {
  const desks = openDesks(stack.cloudcart.controlUrl, stack.microbg.controlUrl);
  const told = await progress('ten orders', () =>
    Promise.all(STORY_ORDERS.map((each) => tellOne(desks, each, say))),
  );
  return told.sort((left, right) => left.id - right.id);
}

async function tellOne(desks: Desks, story: StoryOrder, say: (line: string) => void): Promise<Told> {
  let order: ShopOrder = await desks.place(story.order);
  const step = (line: string): void => say(`  ✓ order ${order.id}, ${story.what}: ${line}`);
  let document = await desks.await(order, 'order');
  if (document === undefined) throw new Error(`order ${order.id} has no document`);
  const verified = await story.verify?.(desks, order, document);
  step(
    `order ${document.number} over ${money(cents(document))}${verified === undefined ? '' : `, ${verified}`}`,
  );
  let ended = { shopTotal: order.total, warehouseTotal: cents(document) };
  if (story.meanwhile !== undefined) {
    const { action, body } = story.meanwhile;
    order = await desks.act(order.id, action, body);
    const wanted = story.ends === 'nothing' ? 'nothing' : 'order';
    const changed = await desks.await(order, wanted);
    step(
      changed === undefined
        ? `${action}: withdrawn from the warehouse`
        : `${action}: ${money(cents(changed))}`,
    );
    document = changed ?? document;
    if (changed !== undefined) ended = { shopTotal: order.total, warehouseTotal: cents(changed) };
  }
  if (story.ends === 'nothing') {
    return { id: order.id, what: story.what, document: `order ${document.number}, withdrawn`, ...ended };
  }
  order = await desks.act(order.id, 'pay', { by: 'merchant' });
  const sale = await desks.await(order, 'sale');
  if (sale === undefined) throw new Error(`order ${order.id} has no sale`);
  step(`paid: sale ${sale.number} over ${money(cents(sale))}, the order is gone`);
  return {
    id: order.id,
    what: story.what,
    shopTotal: order.total,
    document: `${kindOf(sale)} ${sale.number}`,
    warehouseTotal: cents(sale),
  };
}

function table(told: readonly Told[]): string {
  const rows = told.map(({ id, what, shopTotal, document, warehouseTotal }) => [
    String(id),
    what,
    money(shopTotal),
    document,
    money(warehouseTotal),
    shopTotal === warehouseTotal ? 'equal' : 'DIFFERENT',
  ]);
  const all = [['order', 'what', 'shop total', 'document', 'warehouse total', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

/** What the product itself says is in the way, for whoever reads the failure. */
async function problemsOf({ databaseUrl, folder }: Stack): Promise<string> {
  const pool = openPool({ url: databaseUrl, max: 1, applicationName: 'story', onError: () => undefined });
  try {
    const { rows } = await pool.query<{ line: string }>(
      `select format('order %s is %s: %s', o.shop_order_id, o.state,
                     coalesce(string_agg(p.code || ' ' || p.params::text, ', '), 'no problem known')) as line
       from shop_order o left join problem p on p.connection_id = o.connection_id
         and p.shop_order_id = o.shop_order_id and p.resolved_at is null
       where o.connection_id = $1 group by o.shop_order_id, o.state order by o.shop_order_id`,
      [DEMO_CONNECTION],
    );
    return [...rows.map(({ line }) => `  ${line}`), `  logs: ${folder}/logs`].join('\n');
  } catch (error) {
    return `  (the database does not answer: ${(error as Error).message})`;
  } finally {
    await pool.end();
  }
}
