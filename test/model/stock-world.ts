import {
  type SkuState,
  nextStep,
  orderRead,
  outcomeUnknown,
  writeBegun,
  writeConfirmed,
} from '../../src/domain/stock/export-step.ts';
import { type OrderClaim, publishedQuantity } from '../../src/domain/stock/published-quantity.ts';

/**
 * One SKU in an executable model of shop, warehouse and us. What the product decides is its own code; the shop, the
 * warehouse, the clock and the network are the model's. Each order is of one unit.
 */
export interface Rules {
  /** The shop's setting: its figure falls when an order is placed, or when it is paid or shipped. */
  readonly decrement: 'pending' | 'paid';
  readonly holdBack: boolean;
  /** Webhooks also come after the read that they announce, and more than once. */
  readonly lateWebhooks: boolean;
  readonly mutation: Mutation;
}

export type Mutation =
  | 'none'
  | 'orders_before_quantities'
  | 'no_timestamp_rule'
  | 'no_dirty_flag'
  | 'no_version_check'
  | 'raise_while_in_flight'
  | 'unknown_is_written'
  | 'no_repeat_after_doubt';

type Status = 'none' | 'pending' | 'paid' | 'cancelled';

export interface Order {
  /** In the shop. */
  readonly status: Status;
  readonly taken: boolean;
  /** Changed in the shop since we read it; a webhook of it was taken. */
  readonly news: boolean;
  readonly heard: boolean;
  /** As we read it last. */
  readonly seen: Status;
  /** Type 19 stands in the warehouse. */
  readonly ordered: boolean;
  /** The sale: landed without our knowing, confirmed, confirmed before the present read began, deleted. */
  readonly sale: 'none' | 'landed' | 'confirmed' | 'early' | 'undone';
  /** The shop's figure is wrong by this order, and nobody can help it yet. */
  readonly excused: boolean;
}

/** A PATCH. What it knew of the orders is kept by bits, for the verdict only. */
export interface Patch {
  readonly quantity: number;
  readonly counted: number;
  /** Orders that it must not overwrite: announced when a raise was decided. */
  readonly announced: number;
  readonly soldBefore: number;
}

export interface World {
  readonly orders: readonly Order[];
  readonly shop: number;
  readonly stock: number;
  /** Units sold at the counter, and how many of them the shop's figure knows. */
  readonly sold: number;
  readonly soldKnown: number;
  readonly counter: number;
  readonly deliveries: number;
  readonly mishaps: number;
  readonly sku: SkuState;
  readonly cycle:
    | { readonly stage: 'idle' }
    | { readonly stage: 'reading'; readonly version: number; readonly claims: readonly OrderClaim[] }
    | {
        readonly stage: 'read';
        readonly version: number;
        readonly claims: readonly OrderClaim[];
        readonly quantity: number;
        readonly soldBefore: number;
      }
    | { readonly stage: 'sending'; readonly patch: Patch; readonly landed: boolean };
  /** Writes that nobody waits for any more. */
  readonly flying: readonly Patch[];
}

export interface Step {
  readonly name: string;
  readonly world: World;
}

/** When a read of the quantities begins, and the moments before and after it. */
const READ = 10;
/** Nothing can land any more from this moment on; the model's clock stands still at it. */
const NOW = 0;
const LANDS_UNTIL = 10;

export function start(
  orders: number,
  budget: Pick<World, 'stock' | 'counter' | 'deliveries' | 'mishaps'>,
): World {
  const order: Order = {
    status: 'none',
    taken: false,
    news: false,
    heard: false,
    seen: 'none',
    ordered: false,
    sale: 'none',
    excused: false,
  };
  return {
    ...budget,
    orders: Array.from({ length: orders }, () => order),
    shop: budget.stock,
    sold: 0,
    soldKnown: 0,
    sku: {
      version: 0,
      exportedVersion: 0,
      shown: String(budget.stock),
      openWrite: null,
      doubtUntilMs: null,
    },
    cycle: { stage: 'idle' },
    flying: [],
  };
}

/** What really may be offered: units that are there, less those that the shop has sold and the warehouse still has. */
export function reallyFree(world: World): number {
  const open = world.orders.map(({ taken, sale }) => Number(taken) - Number(isOff(sale)));
  return world.stock - open.reduce((all, one) => all + one, 0);
}

/** Units offered that are gone, and that no window excuses. */
export function oversold(world: World): number {
  const excused = world.orders.filter((order) => order.excused).length + world.sold - world.soldKnown;
  return Math.max(0, world.shop - Math.max(0, reallyFree(world)) - excused);
}

/** Nobody has anything left to do, as far as we know. */
export function isQuiet(world: World, rules: Rules): boolean {
  const { sku, cycle, flying, orders } = world;
  if (cycle.stage !== 'idle' || flying.length > 0 || sku.openWrite !== null || sku.doubtUntilMs !== null)
    return false;
  if (orders.some((order) => order.news || order.heard || hasDocumentWork(order, rules))) return false;
  const fresh = { quantity: rule(world, rules), readVersion: sku.version };
  const read = rules.mutation === 'no_dirty_flag' ? { ...sku, exportedVersion: sku.version } : sku;
  return nextStep(read, fresh, { ordersUnread: false, nowMs: NOW }).kind === 'nothing';
}

/** The rule's figure of a read that begins and ends now. */
export function rule(world: World, rules: Rules): string {
  return publish(world.stock, claimsOf(world.orders.map(early), rules), rules);
}

/** Worlds differ in much that the rule does not look at: each of its sums is worked out once. */
const sums = new Map<string, string>();

function publish(quantity: number, claims: readonly OrderClaim[], { holdBack }: Rules): string {
  const verdicts = claims.map((one) => `${one.decrementedInShop}${one.writtenOffAtMs}${one.orderedAtMs}`);
  const key = `${quantity} ${holdBack} ${verdicts.join(' ')}`;
  const known = sums.get(key) ?? published(quantity, claims, holdBack);
  sums.set(key, known);
  return known;
}

function published(quantity: number, claims: readonly OrderClaim[], holdBack: boolean): string {
  return publishedQuantity({
    objects: [{ objectId: 1, quantity: String(quantity) }],
    readStartedAtMs: READ,
    buffer: '0',
    holdBack,
    warehouseReserves: false,
    claims,
    ratio: '1',
    fractional: false,
  }).quantity;
}

function claimsOf(orders: readonly Order[], rules: Rules): OrderClaim[] {
  return orders.map((order, index) => ({
    shopOrderId: String(index),
    quantity: '1',
    decrementedInShop: takesUnits(order.seen, rules),
    writtenOffAtMs: writtenOff(order.sale, rules),
    orderedAtMs: order.ordered && order.seen === 'pending' ? READ - 1 : null,
  }));
}

function writtenOff(sale: Order['sale'], { mutation }: Rules): OrderClaim['writtenOffAtMs'] {
  if (sale === 'landed') return 'unknown';
  if (sale === 'early') return READ - 1;
  if (sale === 'confirmed') return mutation === 'no_timestamp_rule' ? READ - 1 : READ + 1;
  return null;
}

function takesUnits(status: Status, { decrement }: Rules): boolean {
  return status === 'paid' || (decrement === 'pending' && status === 'pending');
}

function isOff(sale: Order['sale']): boolean {
  return sale === 'landed' || sale === 'confirmed' || sale === 'early';
}

function early(order: Order): Order {
  return order.sale === 'confirmed' ? { ...order, sale: 'early' } : order;
}

function hasDocumentWork({ seen, sale, ordered }: Order, { holdBack }: Rules): boolean {
  if (sale === 'landed') return true;
  if (holdBack && seen === 'pending' && !ordered) return true;
  return seen === 'paid' ? sale === 'none' : seen === 'cancelled' && isOff(sale);
}

/** Everything that can happen next. */
export function steps(world: World, rules: Rules): Step[] {
  return [
    ...world.orders.flatMap((order, index) => [
      ...buyerSteps(world, order, index, rules),
      ...orderSteps(world, order, index, rules),
    ]),
    ...staffSteps(world),
    ...cycleSteps(world, rules),
    ...networkSteps(world),
  ];
}

function put(world: World, index: number, changes: Partial<Order>): World {
  return {
    ...world,
    orders: world.orders.map((each, at) => (at === index ? { ...each, ...changes } : each)),
  };
}

/** What buyers and the payment gateway do in the shop: each change is news to us. */
function buyerSteps(world: World, order: Order, index: number, rules: Rules): Step[] {
  const to = (name: string, status: Status): Step => {
    const takes = takesUnits(status, rules);
    const back = order.taken && !takes;
    const moved = Number(back) - Number(takes && !order.taken);
    // The shop stops at zero and forgets what it could not take; what it gives back then is not there.
    const owed = back && reallyFree(world) < 0;
    const next = put(world, index, { status, taken: takes, news: true, excused: order.excused || owed });
    return { name: `${name} ${index}`, world: { ...next, shop: Math.max(0, world.shop + moved) } };
  };
  const { status } = order;
  // Orders are alike: the next free one is placed.
  const next = world.orders.findIndex((each) => each.status === 'none') === index;
  if (status === 'none') return next && world.shop > 0 ? [to('buyer places', 'pending')] : [];
  if (status === 'pending') return [to('buyer pays', 'paid'), to('buyer cancels', 'cancelled')];
  return status === 'paid' ? [to('shop refunds', 'cancelled')] : [];
}

/** Webhooks and passes. A read without a webhook is the sweep's. */
function orderSteps(world: World, order: Order, index: number, rules: Rules): Step[] {
  const step = (name: string, changes: Partial<Order>, stock = 0): Step => ({
    name: `${name} ${index}`,
    world: { ...put(world, index, changes), stock: world.stock + stock },
  });
  const all: Step[] = [];
  const announced = order.news || (rules.lateWebhooks && order.status !== 'none');
  if (announced && !order.heard) all.push(step('webhook of', { heard: true }));
  if (order.news || order.heard) {
    const { world: read } = step('', { seen: order.status, news: false, heard: false });
    const dirty = rules.mutation !== 'no_dirty_flag';
    all.push({ name: `we read ${index}`, world: { ...read, sku: dirty ? orderRead(read.sku) : read.sku } });
  }
  const { seen, sale, ordered } = order;
  if (rules.holdBack && seen === 'pending' && !ordered) all.push(step('order 19 of', { ordered: true }));
  // A sale that is sent and has not landed is, for the rule, none.
  if (seen === 'paid' && sale === 'none')
    all.push(step('sale lands of', { sale: 'landed', ordered: false }, -1));
  if (sale === 'landed') all.push(step('sale is confirmed of', { sale: 'confirmed' }));
  if (seen === 'cancelled' && (sale === 'confirmed' || sale === 'early'))
    all.push(step('sale is undone of', { sale: 'undone' }, 1));
  return all;
}

function staffSteps(world: World): Step[] {
  const { stock, sold, counter, deliveries } = world;
  const all: Step[] = [];
  if (counter > 0 && stock > 0)
    all.push({
      name: 'counter sells',
      world: { ...world, stock: stock - 1, sold: sold + 1, counter: counter - 1 },
    });
  if (deliveries > 0)
    all.push({ name: 'goods arrive', world: { ...world, stock: stock + 1, deliveries: deliveries - 1 } });
  return all;
}

/** The export, one step between two places where it can crash. */
function cycleSteps(world: World, rules: Rules): Step[] {
  const { cycle } = world;
  if (cycle.stage === 'idle') return [{ name: 'cycle begins', world: beginCycle(world, rules) }];
  const { mishaps } = world;
  const crashed = { ...leave(world), mishaps: mishaps - 1 };
  const all: Step[] = mishaps > 0 ? [{ name: 'cycle crashes', world: crashed }] : [];
  if (cycle.stage === 'reading') {
    const read = { ...cycle, stage: 'read' as const, quantity: world.stock, soldBefore: world.sold };
    all.push({ name: 'quantities are read', world: { ...world, cycle: read } });
  } else if (cycle.stage === 'read') {
    all.push({ name: 'cycle decides', world: decide(world, cycle, rules) });
  } else {
    if (cycle.landed) all.push({ name: 'shop confirms', world: confirm(world, rules) });
    else
      all.push({
        name: 'patch lands',
        world: { ...land(world, cycle.patch), cycle: { ...cycle, landed: true } },
      });
    if (mishaps > 0)
      all.push({ name: 'no answer', world: { ...crashed, sku: unanswered(world.sku, rules) } });
  }
  return all;
}

/** Whoever begins finds the write that a crash left open. */
function beginCycle(world: World, rules: Rules): World {
  const orders = world.orders.map(early);
  const claims = rules.mutation === 'orders_before_quantities' ? claimsOf(orders, rules) : [];
  const sku = unanswered(world.sku, rules);
  return { ...world, orders, sku, cycle: { stage: 'reading', version: sku.version, claims } };
}

type Read = Extract<World['cycle'], { stage: 'read' }>;

/** One transaction: the orders, the figure, and the intent to write it. */
function decide(world: World, { version, claims, quantity, soldBefore }: Read, rules: Rules): World {
  const { mutation } = rules;
  const { sku, orders } = world;
  const idle: World = { ...world, cycle: { stage: 'idle' } };
  const known = mutation === 'orders_before_quantities' ? claims : claimsOf(orders, rules);
  const fresh = { quantity: publish(quantity, known, rules), readVersion: version };
  const ordersUnread = mutation !== 'raise_while_in_flight' && orders.some(({ heard }) => heard);
  const read = mutation === 'no_dirty_flag' ? { ...sku, exportedVersion: sku.version } : sku;
  const step = nextStep(read, fresh, { ordersUnread, nowMs: NOW });
  if (step.kind !== 'write') return idle;
  const patch: Patch = {
    quantity: Number(fresh.quantity),
    counted: bits(orders, ({ seen }) => takesUnits(seen, rules)),
    announced: step.why === 'lower' ? 0 : bits(orders, ({ heard }) => heard),
    soldBefore,
  };
  const sent = { quantity: fresh.quantity, version: sku.version, sentAtMs: NOW, landsUntilMs: LANDS_UNTIL };
  return { ...world, sku: writeBegun(sku, sent), cycle: { stage: 'sending', patch, landed: false } };
}

function bits(orders: readonly Order[], has: (order: Order) => boolean): number {
  return orders.reduce((all, order, index) => all + (has(order) ? 2 ** index : 0), 0);
}

/** An absolute figure: whatever the shop took off meanwhile is on offer again. */
function land(world: World, { quantity, counted, announced, soldBefore }: Patch): World {
  const orders = world.orders.map((order, index) => ({
    ...order,
    excused: order.taken && ((counted | announced) & (2 ** index)) === 0,
  }));
  return { ...world, orders, shop: quantity, soldKnown: soldBefore };
}

function confirm(world: World, { mutation }: Rules): World {
  const done = writeConfirmed(world.sku);
  const sku = mutation === 'no_version_check' ? { ...done, exportedVersion: done.version } : done;
  return { ...world, sku, cycle: { stage: 'idle' } };
}

function unanswered(sku: SkuState, { mutation }: Rules): SkuState {
  if (mutation === 'unknown_is_written') return writeConfirmed(sku);
  const unknown = outcomeUnknown(sku);
  return mutation === 'no_repeat_after_doubt' ? { ...unknown, doubtUntilMs: null } : unknown;
}

/** The writer is gone; its request may still land. */
function leave(world: World): World {
  const { cycle } = world;
  const flying = cycle.stage === 'sending' && !cycle.landed ? [...world.flying, cycle.patch] : world.flying;
  return { ...world, flying, cycle: { stage: 'idle' } };
}

function networkSteps(world: World): Step[] {
  const all = world.flying.flatMap((patch, index) => {
    const flying = world.flying.filter((_other, at) => at !== index);
    return [
      { name: 'late patch lands', world: { ...land(world, patch), flying } },
      { name: 'late patch is lost', world: { ...world, flying } },
    ];
  });
  const { sku } = world;
  if (world.flying.length > 0 || sku.doubtUntilMs === null || sku.doubtUntilMs <= NOW) return all;
  // What was sent so far was sent before the doubt was over.
  const openWrite = sku.openWrite && { ...sku.openWrite, sentAtMs: NOW - 1 };
  return [
    ...all,
    { name: 'the doubt is over', world: { ...world, sku: { ...sku, openWrite, doubtUntilMs: NOW } } },
  ];
}
