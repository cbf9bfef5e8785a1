import { type Problem, problem } from '../problems.ts';
import { compare, multiply, parseDecimal, whole, zero } from '../rational.ts';
import type { ShopOrder } from './shop-order.ts';

/** Most that one amount of an order may be, minor units: ten million. Beyond it the data is wrong, not the buyer rich. */
export const MAX_AMOUNT = 1_000_000_000;
const MAX_QUANTITY = whole(1_000_000);
const MAX_LINES = 2_000;
/** Most rows of one kind beside the lines; each multiplies the work of explaining the total. */
const MAX_ROWS = 200;

/** What in the order no rule can work with: amounts that are none, quantities below zero. Undefined: all is well. */
export function unreadable(order: ShopOrder): Problem | undefined {
  const wrong = wrongPart(order);
  return wrong === undefined ? undefined : problem('shop_order_unreadable', { said: wrong });
}

function wrongPart(order: ShopOrder): string | undefined {
  if (!isAmount(order.total) || order.total < 0) return 'total';
  if (order.lines.length > MAX_LINES) return 'lines';
  for (const line of order.lines) {
    const quantity = parseDecimal(line.quantity);
    if (quantity === undefined || compare(quantity, zero) < 0 || compare(quantity, MAX_QUANTITY) > 0)
      return `lines.${line.id}.quantity`;
    const amounts = [line.price, line.orderPrice, line.surcharge ?? 0];
    if (!amounts.every((amount) => isAmount(amount) && amount >= 0)) return `lines.${line.id}.price`;
    const dearest = whole(Math.max(...amounts));
    if (compare(multiply(dearest, quantity), whole(MAX_AMOUNT * 1_000)) > 0) return `lines.${line.id}`;
  }
  const { shipping } = order;
  const charges = [shipping?.charged ?? 0, shipping?.insurance ?? 0, shipping?.providerAmount ?? 0];
  if (!charges.every((amount) => isAmount(amount) && amount >= 0)) return 'shipping';
  for (const part of ['taxes', 'totals', 'modifications'] as const) {
    if (order[part].length > MAX_ROWS || !order[part].every((row) => isAmount(row.value))) return part;
  }
  return order.discounts.length > MAX_ROWS ? 'discounts' : undefined;
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && Math.abs(value) <= MAX_AMOUNT;
}
