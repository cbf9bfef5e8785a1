import type { Shop } from '../shop.ts';
import type { OrderRow } from '../store/order-rows.ts';

/** Ten digits, as invoices are numbered in Bulgaria. */
function documentNumber(shop: Shop, column: 'invoice_number' | 'receipt_number' | 'credit_number'): string {
  let last = 0;
  for (const order of shop.db.tables.orders.all()) {
    const number = Number(order[column] ?? 0);
    if (Number.isSafeInteger(number) && number > last) last = number;
  }
  return String(last + 1).padStart(10, '0');
}

/** Numbers that the shop issues by itself when it is the invoicing system (CloudCart API 5.6). */
export function numbersFor(shop: Shop, order: OrderRow): Partial<OrderRow> {
  if (!shop.switches.autoInvoice) return {};
  if (order.status === 'refunded' && order.invoice_number !== null && order.credit_number === null) {
    return { credit_number: documentNumber(shop, 'credit_number'), credit_date: shop.now() };
  }
  const sold =
    order.status === 'paid' || order.status === 'completed' || order.status_fulfillment === 'fulfilled';
  if (!sold || order.invoice_number !== null) return {};
  return {
    invoice_number: documentNumber(shop, 'invoice_number'),
    invoice_date: shop.now(),
    receipt_number: documentNumber(shop, 'receipt_number'),
    receipt_date: shop.now(),
  };
}
