import type { Shop } from '../shop.ts';
import type { OrderRow, TaxRow } from '../store/order-rows.ts';
import { type PricedLine, priceLines, thousandths, toMinor, vatOf, wholeOrderDiscount } from './amounts.ts';

/** Standard VAT rate: of delivery and fees. */
export const STANDARD_VAT = 20;

/**
 * Computes an order anew from its lines, discounts, shipping and fees: line prices, VAT rows, totals, sums
 * (CloudCart API 5.7). Rows that stay keep their ids.
 */
export function reprice(shop: Shop, orderId: number): OrderRow {
  const { tables } = shop.db;
  const order = tables.orders.need(orderId);
  const discounts = tables['order-discount'].by('order_id', orderId);
  const lines = tables['order-products'].by('order_id', orderId);
  const priced = priceLines(lines, discounts);
  for (const { line, orderPrice } of priced) {
    if (orderPrice !== line.order_price)
      tables['order-products'].update(line.id, { order_price: orderPrice });
  }
  const subtotal = priced.reduce((sum, { gross }) => sum + toMinor(gross), 0);
  const ownDiscounts = priced.reduce((sum, { own }) => sum + toMinor(own), 0);
  const wholeDiscount = wholeOrderDiscount(lines, discounts);
  const modifications = tables['order-modification']
    .by('order_id', orderId)
    .reduce((sum, row) => sum + row.value, 0);
  const goods = subtotal - ownDiscounts - wholeDiscount + modifications + order._rounding;
  const shipping = chargedShipping(shop, orderId);
  const fees = tables['order-tax'].by('order_id', orderId).filter((row) => row.vat === 'no');
  const feeSum = fees.reduce((sum, row) => sum + row.value, 0);
  const tax = saveVat(shop, order, vatByRate(shop, order, priced, wholeDiscount - modifications, feeSum));
  const total = goods + shipping + feeSum + (order.vat_included === 'yes' ? 0 : tax);
  saveTotals(shop, order, { subtotal, discount: ownDiscounts + wholeDiscount, shipping, fees, tax, total });
  const quantity = Number(lines.reduce((sum, line) => sum + thousandths(line.quantity), 0n)) / 1000;
  const weight = lines.reduce((sum, line) => sum + Math.round(line.weight * line.quantity), 0);
  return tables.orders.update(orderId, {
    price_products_subtotal: subtotal,
    price_subtotal: goods,
    price_total: total,
    tax,
    discount: ownDiscounts + wholeDiscount,
    shipping_price: shipping,
    quantity,
    weight,
  });
}

function chargedShipping(shop: Shop, orderId: number): number {
  return shop.db.tables['order-shipping']
    .by('order_id', orderId)
    .reduce((sum, row) => sum + row.order_amount + row.order_insurance, 0);
}

/** Amounts with VAT by rate, in minor units: goods after all discounts, delivery and fees. */
function vatByRate(
  shop: Shop,
  order: OrderRow,
  priced: readonly PricedLine[],
  wholeDiscount: number,
  fees: number,
): Map<number, bigint> {
  const groups = new Map<number, bigint>();
  const add = (rate: number, minor: bigint): void => void groups.set(rate, (groups.get(rate) ?? 0n) + minor);
  for (const { line, gross, own } of priced) add(line._vat, BigInt(toMinor(gross) - toMinor(own)));
  const goods = [...groups.values()].reduce((sum, value) => sum + value, 0n);
  if (goods !== 0n && wholeDiscount !== 0) {
    let left = BigInt(wholeDiscount);
    const entries = [...groups];
    for (const [index, [rate, value]] of entries.entries()) {
      const part =
        index === entries.length - 1 ? left : (BigInt(wholeDiscount) * value * 2n + goods) / (goods * 2n);
      left -= part;
      add(rate, -part);
    }
  }
  for (const row of shop.db.tables['order-shipping'].by('order_id', order.id)) {
    add(row._vat, BigInt(row.order_amount + row.order_insurance));
  }
  if (fees !== 0) add(reverseCharge(priced) ? 0 : STANDARD_VAT, BigInt(fees));
  return groups;
}

/** A company of another member state with a VAT number: every rate is zero (CloudCart API 5.7). */
function reverseCharge(priced: readonly PricedLine[]): boolean {
  return priced.length > 0 && priced.every(({ line }) => line._vat === 0);
}

/** Writes one row per rate; returns the sum of VAT. */
function saveVat(shop: Shop, order: OrderRow, groups: ReadonlyMap<number, bigint>): number {
  const table = shop.db.tables['order-tax'];
  const included = order.vat_included === 'yes';
  const kept = new Map(
    table
      .by('order_id', order.id)
      .filter((row) => row.vat === 'yes')
      .map((row) => [row.rate, row]),
  );
  let sum = 0;
  for (const [rate, amount] of groups) {
    if (rate === 0 || amount === 0n) continue;
    const value = vatOf(amount, rate, included);
    sum += value;
    const old = kept.get(rate);
    kept.delete(rate);
    const row: TaxRow = old ?? {
      id: shop.db.nextId('order-tax'),
      order_id: order.id,
      name: `ДДС ${rate}%`,
      rate,
      value,
      class_id: 1,
      tax_id: rate === STANDARD_VAT ? 1 : 2,
      type: included ? 'included' : 'additional',
      vat: 'yes',
      _verbatim: null,
    };
    table.put({ ...row, value });
  }
  for (const row of kept.values()) table.delete(row.id);
  return sum;
}

interface Sums {
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly fees: readonly TaxRow[];
  readonly tax: number;
  readonly total: number;
}

/** Total rows; codes are an open set (CloudCart API 4.10). */
function saveTotals(shop: Shop, order: OrderRow, sums: Sums): void {
  const wanted: [code: string, title: string, value: number, order: number][] = [
    ['subtotal', 'Междинна сума', sums.subtotal, 1],
  ];
  if (sums.discount !== 0) wanted.push(['discount', 'Отстъпка', sums.discount, 2]);
  if (shop.db.tables['order-shipping'].by('order_id', order.id).length > 0)
    wanted.push(['shipping', 'Доставка', sums.shipping, 3]);
  for (const fee of sums.fees) wanted.push(['fee', fee.name, fee.value, 4]);
  if (sums.tax !== 0) wanted.push(['tax', 'ДДС', sums.tax, 5]);
  wanted.push(['grand_total', 'Общо', sums.total, 99]);
  const table = shop.db.tables['order-total'];
  const kept = table.by('order_id', order.id);
  for (const [code, title, value, sort_order] of wanted) {
    const index = kept.findIndex((row) => row.code === code && row.title === title);
    const old = index < 0 ? undefined : kept.splice(index, 1)[0];
    const id = old?.id ?? shop.db.nextId('order-total');
    table.put({ id, order_id: order.id, code, title, value, sort_order, _verbatim: old?._verbatim ?? null });
  }
  for (const row of kept) table.delete(row.id);
}
