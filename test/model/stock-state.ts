import { type SkuState, nextStep } from '../../src/domain/stock/export-step.ts';
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
  /** Where a delta can be sent, it is never, always, or at times. */
  readonly deltas: 'never' | 'always' | 'at times';
  /** Every order is read before a gap that it leaves, or a doubt, is over. */
  readonly readInTime: boolean;
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
  | 'no_repeat_after_doubt'
  | 'no_read_before'
  | 'added_again'
  | 'set_beside_a_lost_one';

export type Status = 'none' | 'pending' | 'paid' | 'cancelled';

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

/** A write of ours. What it knew of the orders is kept by bits, for the verdict only. */
export interface Patch {
  readonly quantity: number;
  /** Added to what the shop has; null: the quantity is set. */
  readonly delta: number | null;
  /** What the rule said, also where less is written because of a lost delta. */
  readonly published: number;
  /** Of a lost delta: units that could not be left out of the figure that was set meanwhile, for it was smaller. */
  readonly surplus: number;
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
  /** Units that the shop could not take off its figure at zero, since the figure was set last. */
  readonly forgotten: number;
  /** Units that a lost delta put on offer after all was sold; the figure that is set next mends it. */
  readonly surplus: number;
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
        /** What the shop showed, where a delta is thought of. */
        readonly before: number | null;
      }
    | {
        readonly stage: 'sending';
        readonly patch: Patch;
        readonly landed: boolean;
        /** What the shop showed before a delta, and after it. */
        readonly before: number | null;
        readonly after: number | null;
      };
  /** Writes that nobody waits for any more. */
  readonly flying: readonly Patch[];
}

/** When a read of the quantities begins, and the moments before and after it. */
const READ = 10;
/** The model's clock stands still; what is to be over is moved to it. */
export const NOW = 0;

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
    surplus: 0,
    forgotten: 0,
    sku: {
      version: 0,
      exportedVersion: 0,
      shown: String(budget.stock),
      openWrite: null,
      doubtUntilMs: null,
      doubtAdds: 0,
      gapUntilMs: null,
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
  const orders = world.orders.filter((order) => order.excused).length;
  const excused = orders + world.sold - world.soldKnown + world.surplus;
  return Math.max(0, world.shop - Math.max(0, reallyFree(world)) - excused);
}

/** Nobody has anything left to do, as far as we know. */
export function isQuiet(world: World, rules: Rules): boolean {
  const { sku, cycle, flying, orders } = world;
  if (cycle.stage !== 'idle' || flying.length > 0 || sku.openWrite !== null) return false;
  if (sku.doubtUntilMs !== null || sku.gapUntilMs !== null) return false;
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

export function publish(quantity: number, claims: readonly OrderClaim[], { holdBack }: Rules): string {
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

export function claimsOf(orders: readonly Order[], rules: Rules): OrderClaim[] {
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

export function takesUnits(status: Status, { decrement }: Rules): boolean {
  return status === 'paid' || (decrement === 'pending' && status === 'pending');
}

function isOff(sale: Order['sale']): boolean {
  return sale === 'landed' || sale === 'confirmed' || sale === 'early';
}

export function early(order: Order): Order {
  return order.sale === 'confirmed' ? { ...order, sale: 'early' } : order;
}

function hasDocumentWork({ seen, sale, ordered }: Order, { holdBack }: Rules): boolean {
  if (sale === 'landed') return true;
  if (holdBack && seen === 'pending' && !ordered) return true;
  return seen === 'paid' ? sale === 'none' : seen === 'cancelled' && isOff(sale);
}
