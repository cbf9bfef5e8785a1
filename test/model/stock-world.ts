import {
  type DeltaFound,
  deltaOf,
  deltaConfirmed,
  deltaStep,
  foundAfter,
} from '../../src/domain/stock/delta.ts';
import {
  type FreshQuantity,
  type SkuState,
  nextStep,
  orderRead,
  outcomeUnknown,
  writeBegun,
  writeConfirmed,
  writeRefused,
} from '../../src/domain/stock/export-step.ts';
import {
  NOW,
  type Order,
  type Patch,
  type Rules,
  type Status,
  type World,
  claimsOf,
  early,
  publish,
  reallyFree,
  takesUnits,
} from './stock-state.ts';

export interface Step {
  readonly name: string;
  readonly world: World;
}

/** Until then a request may land, and a gap be explained. */
const LATER = 10;

/** Everything that can happen next. */
export function steps(world: World, rules: Rules): Step[] {
  return [
    ...world.orders.flatMap((order, index) => [
      ...buyerSteps(world, order, index, rules),
      ...orderSteps(world, order, index, rules),
    ]),
    ...staffSteps(world),
    ...cycleSteps(world, rules),
    ...networkSteps(world, rules),
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
    const owed = back && (reallyFree(world) < 0 || world.forgotten > 0);
    const forgets = takes && !order.taken && world.shop === 0;
    const excused = order.excused || owed || (forgets && isDeltaUnderWay(world));
    const next = put(world, index, { status, taken: takes, news: true, excused });
    const forgotten = Math.max(0, world.forgotten + Number(forgets) - Number(back));
    return { name: `${name} ${index}`, world: { ...next, forgotten, shop: Math.max(0, world.shop + moved) } };
  };
  const { status } = order;
  // Orders are alike: the next free one is placed.
  const next = world.orders.findIndex((each) => each.status === 'none') === index;
  if (status === 'none') return next && world.shop > 0 ? [to('buyer places', 'pending')] : [];
  if (status === 'pending') return [to('buyer pays', 'paid'), to('buyer cancels', 'cancelled')];
  return status === 'paid' ? [to('shop refunds', 'cancelled')] : [];
}

/** Between the look at the variant and the moment when nothing lands any more, nobody sees what the shop forgets at zero. */
function isDeltaUnderWay({ cycle, flying }: World): boolean {
  const isOne = ({ delta }: Patch): boolean => delta !== null;
  if (cycle.stage === 'read' && cycle.before !== null) return true;
  return (cycle.stage === 'sending' && !cycle.landed && isOne(cycle.patch)) || flying.some(isOne);
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
  const all: Step[] =
    mishaps > 0 ? [{ name: 'cycle crashes', world: { ...leave(world), mishaps: mishaps - 1 } }] : [];
  if (cycle.stage === 'reading') {
    const read = { ...cycle, stage: 'read' as const, quantity: world.stock, soldBefore: world.sold };
    all.push({
      name: 'quantities are read',
      world: { ...world, cycle: { ...read, before: null } },
    });
  } else if (cycle.stage === 'read') {
    const thinks = cycle.before === null && rules.deltas !== 'never' && hasDelta(world, cycle, rules);
    if (thinks)
      all.push({ name: 'variant is read', world: { ...world, cycle: { ...cycle, before: world.shop } } });
    if (!thinks || rules.deltas === 'at times')
      all.push({ name: 'cycle decides', world: decide(world, cycle, rules) });
  } else all.push(...sendingSteps(world, cycle, rules));
  return all;
}

type Sending = Extract<World['cycle'], { stage: 'sending' }>;

function sendingSteps(world: World, cycle: Sending, rules: Rules): Step[] {
  const { mishaps } = world;
  const { patch } = cycle;
  const all: Step[] = [];
  if (!cycle.landed) {
    const name = patch.delta === null ? 'patch lands' : 'delta lands';
    all.push({ name, world: { ...land(world, patch), cycle: { ...cycle, landed: true } } });
  } else if (patch.delta !== null && cycle.after === null) {
    all.push({ name: 'variant is read again', world: { ...world, cycle: { ...cycle, after: world.shop } } });
    // Nobody knows then what the shop shows.
    if (mishaps > 0) {
      const confirmed = confirm(world, 'less', rules);
      all.push({ name: 'variant cannot be read', world: { ...confirmed, mishaps: mishaps - 1 } });
    }
  } else all.push({ name: 'shop confirms', world: confirm(world, foundOf(cycle), rules) });
  if (mishaps > 0 && cycle.after === null)
    all.push({
      name: 'no answer',
      world: { ...leave(world), mishaps: mishaps - 1, sku: unanswered(world.sku, rules) },
    });
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

/** What the orders say at this moment of the quantities that were read. */
function freshOf({ orders }: World, { version, claims, quantity }: Read, rules: Rules): FreshQuantity {
  const known = rules.mutation === 'orders_before_quantities' ? claims : claimsOf(orders, rules);
  return { quantity: publish(quantity, known, rules), readVersion: version };
}

function hasDelta(world: World, cycle: Read, rules: Rules): boolean {
  return deltaOf(world.sku, freshOf(world, cycle, rules).quantity, NOW) !== null;
}

/** One transaction: the orders, the figure, and the intent to write it. */
function decide(world: World, cycle: Read, rules: Rules): World {
  const { mutation } = rules;
  const { sku, orders } = world;
  const idle: World = { ...world, cycle: { stage: 'idle' } };
  const fresh = freshOf(world, cycle, rules);
  const ordersUnread = mutation !== 'raise_while_in_flight' && orders.some(({ heard }) => heard);
  if (cycle.before !== null) {
    const before = mutation === 'no_read_before' ? sku.shown : String(cycle.before);
    const delta = deltaStep(sku, fresh, { ordersUnread, nowMs: NOW, before });
    if (delta.kind === 'add')
      return begin(world, cycle, {
        ...{ quantity: Number(fresh.quantity), delta: delta.delta },
        ...{ counted: 0, announced: 0, published: 0, surplus: 0, soldBefore: cycle.soldBefore },
      });
    if (delta.kind === 'wait') return { ...idle, sku: { ...sku, gapUntilMs: sku.gapUntilMs ?? LATER } };
  }
  const read = mutation === 'no_dirty_flag' ? { ...sku, exportedVersion: sku.version } : sku;
  const step = nextStep(read, fresh, { ordersUnread, nowMs: NOW });
  if (step.kind !== 'write') return idle;
  return begin(world, cycle, {
    ...{ quantity: Number(step.quantity), delta: null, soldBefore: cycle.soldBefore, surplus: 0 },
    published: Number(fresh.quantity),
    counted: bits(orders, ({ seen }) => takesUnits(seen, rules)),
    announced: step.why === 'lower' ? 0 : bits(orders, ({ heard }) => heard),
  });
}

function begin(world: World, { before }: Read, patch: Patch): World {
  const { sku } = world;
  const begun = writeBegun(sku, {
    ...{ quantity: String(patch.quantity), delta: patch.delta, version: sku.version },
    ...{ sentAtMs: NOW, landsUntilMs: LATER },
  });
  return {
    ...world,
    sku: begun,
    cycle: {
      ...{ stage: 'sending', patch, landed: false, after: null },
      before: patch.delta === null ? null : before,
    },
  };
}

function bits(orders: readonly Order[], has: (order: Order) => boolean): number {
  return orders.reduce((all, order, index) => all + (has(order) ? 2 ** index : 0), 0);
}

/** A figure that is set puts on offer again whatever the shop took off meanwhile; a delta leaves it off. */
function land(world: World, patch: Patch): World {
  const { quantity, delta, counted, announced, published, soldBefore } = patch;
  if (delta !== null) {
    const shop = Math.max(0, world.shop + delta);
    const surplus = world.surplus + patch.surplus;
    return { ...world, shop, surplus, soldKnown: Math.max(world.soldKnown, soldBefore) };
  }
  const orders = world.orders.map((order, index) => ({
    ...order,
    excused: order.taken && ((counted | announced) & (2 ** index)) === 0,
  }));
  const flying = world.flying.map((each) => ({
    ...each,
    surplus: Math.max(0, (each.delta ?? 0) - published),
  }));
  return { ...world, orders, flying, surplus: 0, forgotten: 0, shop: quantity, soldKnown: soldBefore };
}

function foundOf({ patch: { quantity, delta }, before, after }: Sending): DeltaFound {
  if (delta === null || before === null || after === null) return 'exact';
  return foundAfter({ quantity: String(quantity), delta }, { before: String(before), after: String(after) });
}

function confirm(world: World, found: DeltaFound, { mutation }: Rules): World {
  const { sku: before } = world;
  const isSet = before.openWrite?.delta === null;
  const done = isSet ? writeConfirmed(before) : deltaConfirmed(before, found, LATER);
  const sku = mutation === 'no_version_check' ? { ...done, exportedVersion: done.version } : done;
  return { ...world, sku, cycle: { stage: 'idle' } };
}

function unanswered(sku: SkuState, { mutation }: Rules): SkuState {
  if (mutation === 'unknown_is_written') return writeConfirmed(sku);
  // Sent again as if it had not left.
  if (mutation === 'added_again' && (sku.openWrite?.delta ?? null) !== null) return writeRefused(sku);
  const unknown = outcomeUnknown(sku);
  if (mutation === 'set_beside_a_lost_one')
    return { ...unknown, doubtAdds: 0, exportedVersion: sku.openWrite === null ? sku.exportedVersion : null };
  return mutation === 'no_repeat_after_doubt' ? { ...unknown, doubtUntilMs: null } : unknown;
}

/** The writer is gone; its request may still land. */
function leave(world: World): World {
  const { cycle } = world;
  const flying = cycle.stage === 'sending' && !cycle.landed ? [...world.flying, cycle.patch] : world.flying;
  return { ...world, flying, cycle: { stage: 'idle' } };
}

function networkSteps(world: World, rules: Rules): Step[] {
  const { sku, flying, orders } = world;
  const all = flying.flatMap((patch, index) => {
    const without = { ...world, flying: flying.filter((_other, at) => at !== index) };
    return [
      { name: 'late write lands', world: land(without, patch) },
      { name: 'late write is lost', world: without },
    ];
  });
  if (rules.readInTime && orders.some(({ news }) => news)) return all;
  if (flying.length === 0 && sku.doubtUntilMs !== null && sku.doubtUntilMs > NOW) {
    // What was sent so far was sent before the doubt was over.
    const openWrite = sku.openWrite && { ...sku.openWrite, sentAtMs: NOW - 1 };
    all.push({
      name: 'the doubt is over',
      world: { ...world, sku: { ...sku, openWrite, doubtUntilMs: NOW } },
    });
  }
  if (sku.gapUntilMs !== null && sku.gapUntilMs > NOW)
    all.push({ name: 'the gap is given up', world: { ...world, sku: { ...sku, gapUntilMs: NOW } } });
  return all;
}
