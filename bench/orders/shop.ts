import { ask, inParallel } from './control.ts';
import type { World } from './world.ts';

/** Orders as a shop has them: one to three lines, with delivery, fee, reduced VAT, a company. */
const PRESETS = ['variant', 'book', 'fee', 'company'] as const;
/** Customers who have bought before: their partners stand in the warehouse. */
const REGULARS = 20;
/** One order of so many is of somebody who was never seen before. */
const NEW_EVERY = 5;
/** Bursts are a multiple of this: the same number of orders for every regular customer. */
export const BURST_STEP = (REGULARS * NEW_EVERY) / (NEW_EVERY - 1);
/** Control requests at once: the shop's own speed is not what is measured. */
const AT_ONCE = 8;

let strangers = 0;

/** An order to place. A company is one buyer whoever writes; people are told apart by their e-mail. */
function orderOf(customer: string, number: number): object {
  const preset = PRESETS[number % PRESETS.length];
  if (preset === 'company') return { preset };
  return {
    preset,
    customer: {
      email: `${customer}@example.com`,
      firstName: 'Купувач',
      lastName: customer,
      phone: phoneOf(customer),
      guest: true,
    },
  };
}

function phoneOf(customer: string): string {
  let number = 0;
  for (const letter of customer) number = (number * 31 + letter.charCodeAt(0)) % 10_000_000;
  return `+35988${String(number).padStart(7, '0')}`;
}

function regular(index: number): object {
  return orderOf(`redoven${index % REGULARS}`, index);
}

/** Somebody new who is a person: a company's partner would be the one that stands. */
function stranger(): object {
  strangers += 1;
  return orderOf(`nov${strangers}`, strangers % 3);
}

/** Places an order; one of {@link NEW_EVERY} is of a new customer. */
export async function placeOne(world: World, index: number): Promise<string> {
  const order = index % NEW_EVERY === 0 ? stranger() : regular(index);
  const { id } = await ask<{ id: number }>(`${world.stack.cloudcart.controlUrl}/orders`, order);
  return String(id);
}

/** Orders of new customers among so many. */
export function strangersAmong(count: number): number {
  return count / NEW_EVERY;
}

/** One order of every regular customer, so that all partners and items are known. */
export async function placeFirstOrders(world: World): Promise<string[]> {
  return placeAll(world, 1, 0);
}

/** Many orders as fast as the shop takes them. */
export async function placeBurst(world: World, count: number): Promise<string[]> {
  const ofStrangers = strangersAmong(count);
  return placeAll(world, (count - ofStrangers) / REGULARS, ofStrangers);
}

/** So many orders of each regular customer, and one each of so many new ones. */
async function placeAll(world: World, ofEach: number, ofStrangers: number): Promise<string[]> {
  const orders = [
    ...Array.from({ length: REGULARS }, (_, index) => ({ count: ofEach, ...regular(index) })),
    ...Array.from({ length: ofStrangers }, () => ({ count: 1, ...stranger() })),
  ];
  const ids: string[] = [];
  await inParallel(orders, AT_ONCE, async (order) => {
    const placed = await ask<{ ids: number[] }>(`${world.stack.cloudcart.controlUrl}/orders/bulk`, order);
    ids.push(...placed.ids.map(String));
  });
  return ids;
}

/** The merchant marks an order as paid: the event that the sale follows from. */
export async function pay(world: World, orderId: string): Promise<void> {
  await ask(`${world.stack.cloudcart.controlUrl}/orders/${orderId}/pay`, { by: 'merchant' });
}

export async function payAll(world: World, ids: readonly string[]): Promise<void> {
  await inParallel(ids, AT_ONCE, (id) => pay(world, id));
}
