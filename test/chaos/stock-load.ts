import { setTimeout as pause } from 'node:timers/promises';
import { between, pick } from '../../tools/chaos/random.ts';
import type { Control } from '../../tools/local/control.ts';

/** Shop and warehouse as their own administrations see them. */
export interface Sides {
  readonly shop: Control;
  readonly warehouse: Control;
}

const skuOf = (number: number): string => `CHAOS-${number}`;
const isOurs = (sku: string | null): sku is string => sku?.startsWith('CHAOS-') === true;

/** Goods that there are on both sides, with as many units in the one as in the other. */
export async function addGoods({ shop, warehouse }: Sides, count: number): Promise<void> {
  const skus = Array.from({ length: count }, (_, number) => skuOf(number));
  await shop.post('/products', {
    products: skus.map((sku) => ({ name: sku, variants: [{ sku, quantity: 15 }] })),
  });
  await warehouse.post('/items', { items: skus.map((Code) => ({ Code, stock: 15 })) });
}

interface ShopRow {
  readonly variantId: number;
  readonly sku: string | null;
  readonly quantity: number | null;
}

interface OrderView {
  readonly id: number;
  readonly status: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

interface OperationView {
  readonly type: number;
  readonly note: string;
  readonly lines: readonly { readonly code: string; readonly quantity: number }[];
}

/** In these the shop has taken the units off its figure, where it does so with the order (CloudCart API 5.1, 7.2). */
const TAKEN = ['pending', 'authorized', 'paid', 'completed'];
const SALE = 2;

/**
 * Units that really are free of each variant, beside what the shop offers: what the warehouse holds, less what orders have taken and no
 * sale has written off. Worked out from both administrations alone.
 */
export async function freeAndOffered({
  shop,
  warehouse,
}: Sides): Promise<{ readonly sku: string; readonly free: number; readonly offered: number | null }[]> {
  const { orders } = await shop.get<{ orders: OrderView[] }>('/orders?limit=100000');
  const { operations } = await warehouse.get<{ operations: OperationView[] }>(`/operations?type=${SALE}`);
  const { stock } = await warehouse.get<{
    stock: { code: string; objects: { quantity: number }[] }[];
  }>('/stock');
  const offered = await shop.get<{ stock: ShopRow[] }>('/stock');
  const free = new Map<string, number>(
    stock.map(({ code, objects }) => [code, objects.reduce((sum, { quantity }) => sum + quantity, 0)]),
  );
  const add = (sku: string, units: number): void => void free.set(sku, (free.get(sku) ?? 0) + units);
  const standing = new Set<string>();
  for (const { id, status, lines } of orders)
    if (TAKEN.includes(status)) {
      standing.add(String(id));
      for (const { sku, quantity } of lines) add(sku, -quantity);
    }
  for (const { note, lines } of operations)
    if (standing.has(/CloudCart #(\d+)/.exec(note)?.[1] ?? ''))
      for (const { code, quantity } of lines) add(code, quantity);
  return offered.stock.flatMap(({ sku, quantity }) =>
    isOurs(sku) ? [{ sku, free: Math.max(0, free.get(sku) ?? 0), offered: quantity }] : [],
  );
}

/** Variants of which the shop does not offer what is free, in words. */
export async function wronglyOffered(sides: Sides): Promise<string[]> {
  return (await freeAndOffered(sides))
    .filter(({ free, offered }) => free !== offered)
    .map(({ sku, free, offered }) => `${sku}: ${offered} offered, ${free} free`);
}

const lives = [
  [],
  ['pay'],
  ['cancel'],
  ['edit'],
  ['edit', 'pay'],
  ['pay', 'edit'],
  ['pay', 'refund'],
  ['cancel', 'restore', 'pay'],
  ['ship'],
] as const;

/** A buyer takes what the shop offers; the merchant does the rest. */
async function buy({ shop }: Sides, random: () => number): Promise<void> {
  const { stock } = await shop.get<{ stock: ShopRow[] }>('/stock');
  const there = stock.filter(({ sku, quantity }) => isOurs(sku) && (quantity ?? 0) >= 3);
  if (there.length === 0) return;
  const some = (): { sku: string; quantity: number } => ({
    sku: pick(random, there).sku ?? '',
    quantity: 1 + Math.floor(random() * 2),
  });
  const [one, other] = [some(), some()];
  const { id } = await shop.post<{ id: number }>('/orders', {
    lines: one.sku === other.sku ? [one] : [one, other],
    payment: 'cod',
  });
  const bodies = { pay: { by: 'merchant' }, edit: { lines: { add: [some()] } } };
  for (const step of pick(random, lives)) {
    await pause(between(random, 200, 3_000));
    await shop.post(`/orders/${id}/${step}`, step === 'pay' || step === 'edit' ? bodies[step] : {});
  }
}

/** A sale at the counter, as long as there is something, or a delivery. */
async function move({ warehouse }: Sides, random: () => number, count: number): Promise<void> {
  const code = skuOf(Math.floor(random() * count));
  const { stock } = await warehouse.get<{ stock: { objects: { quantity: number }[] }[] }>(
    `/stock?code=${code}`,
  );
  const units = stock[0]?.objects.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  const change = random() < 0.5 && units >= 2 ? -between(random, 1, 2) : between(random, 1, 6);
  await warehouse.send('PUT', '/stock', { code, change, objectId: 2 });
}

/** The merchant changes a price in the shop, which none of ours may undo. */
async function reprice({ shop }: Sides, random: () => number): Promise<void> {
  const { stock } = await shop.get<{ stock: ShopRow[] }>('/stock');
  const { variantId } = pick(
    random,
    stock.filter(({ sku }) => isOurs(sku)),
  );
  await shop.send('PATCH', `/variants/${variantId}`, { price: between(random, 500, 9_000) });
}

/** Buyers, counter, deliveries and the merchant, until they are told to stop. Answers how many of each there were. */
export async function trade(
  sides: Sides,
  randomOf: (kind: number) => () => number,
  options: {
    readonly goods: number;
    readonly goesOn: () => boolean;
    /** Nobody buys while it says so: on a busy machine orders would pile up, and cycles would wait behind all of them. */
    readonly isBehind: () => Promise<boolean>;
  },
): Promise<{ readonly orders: number; readonly moves: number }> {
  const counts = { orders: 0, moves: 0 };
  const under: Promise<void>[] = [];
  const [buyers, counter, merchant] = [randomOf(1), randomOf(2), randomOf(3)];
  const loop = async (random: () => number, pauseMs: number, work: () => Promise<void>): Promise<void> => {
    while (options.goesOn()) {
      await work();
      await pause(between(random, pauseMs / 2, pauseMs * 1.5));
    }
  };
  await Promise.all([
    loop(buyers, 1_200, async () => {
      if (await options.isBehind()) return;
      counts.orders += 1;
      under.push(buy(sides, buyers));
    }),
    loop(counter, 400, async () => {
      counts.moves += 1;
      await move(sides, counter, options.goods);
    }),
    loop(merchant, 2_000, () => reprice(sides, merchant)),
  ]);
  await Promise.all(under);
  return counts;
}
