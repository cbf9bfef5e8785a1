import { z } from 'zod';
import { type Answer, failed } from '../answer.ts';
import { id as positiveId, text } from '../wire.ts';
import type { Caller, PageRef, Query, ShopPage } from './call.ts';
import { type Row, readRows, writeRow } from './rows.ts';
import { toLines, toOrder } from './order-mapping.ts';
import {
  fulfilmentRow,
  headerRow,
  lineOptionRow,
  lineRow,
  orderRow,
  paymentRow,
  taxRow,
  totalRow,
} from './order-schemas.ts';
import type { CloudcartOrder, OrderLine } from './order-types.ts';

/** Everything that belongs to an order, allowed in one request (CloudCart API 3.5, 4.1). */
const INCLUDES =
  'products,payment,discounts,modifications,totals,taxes,shipping.provider,shipping-address,billing-address';

/** Header of an order in a list: enough to decide whether to read it. */
export interface OrderHeader {
  readonly id: string;
  readonly status: string;
  readonly fulfilment: string | null;
  readonly currency: string | null;
  /** Minor units; null when the shop names it neither way (U-13). */
  readonly total: number | null;
  readonly addedAt: string | null;
  readonly updatedAt: string | null;
  readonly archivedAt: string | null;
}

/** What to list. `changed` is the only way to see edits: there is no "updated since" (CloudCart API 3.5). */
export interface OrderListing {
  /** `changed` newest change first, `id` oldest first, `archived` newest archiving first. */
  readonly order: 'changed' | 'id' | 'archived';
  readonly status?: string;
  /** Inclusive bounds on the creation date, `Y-m-d H:i:s` (U-10). */
  readonly from?: string;
  readonly to?: string;
  readonly page?: PageRef;
}

const sorts = { changed: '-updated_at', id: 'id', archived: '-date_archived' } as const;

/** Reads one complete order in one request (CloudCart API 4.1). `not_found` may be a deletion: ask twice. */
export async function getOrder(caller: Caller, orderId: string): Promise<Answer<CloudcartOrder>> {
  const answer = await caller.one('orders.get', `orders/${encodeURIComponent(orderId)}`, {
    include: INCLUDES,
    // Whether it is a draft stands nowhere else (CloudCart API 5.5).
    append: { orders: 'meta' },
  });
  if (answer.kind !== 'ok') return answer;
  if (answer.value.data.id !== orderId) return failed(anotherOrder);
  const result = toOrder(answer.value.data, answer.value.included);
  if ('decision' in result) return failed(result.decision);
  const { order, warnings } = result;
  return warnings.length === 0 ? { ...answer, value: order } : { ...answer, value: order, warnings };
}

const anotherOrder = {
  class: 'defect',
  code: 'cloudcart_another_order',
  operator: 'the shop answered with another order than the one asked for',
} as const;

/** Lists headers of orders, at most 100 a page (CloudCart API 3.1, 3.5). */
export async function listOrders(
  caller: Caller,
  listing: OrderListing,
): Promise<Answer<ShopPage<OrderHeader>>> {
  const answer = await readRows(caller, 'orders', headerRow, queryOf(listing));
  if (answer.kind !== 'ok') return answer;
  return { ...answer, value: { ...answer.value, rows: answer.value.rows.map(toHeader) } };
}

/** Header and lines of an order in a list; `lines` is undefined when one is missing or cannot be read. */
export interface OrderWithLines extends OrderHeader {
  readonly lines: readonly OrderLine[] | undefined;
}

/** Lists orders with their lines; at most 50 a page, because the shop gives up after 30 s (CloudCart API 3.5). */
export async function listOrdersWithLines(
  caller: Caller,
  listing: OrderListing,
): Promise<Answer<ShopPage<OrderWithLines>>> {
  const answer = await caller.many('orders.list', 'orders', { ...queryOf(listing), include: 'products' });
  if (answer.kind !== 'ok') return answer;
  const { data, included, next, total } = answer.value;
  const rows = data.map((resource) => ({
    ...toHeader({ ...headerRow.parse(resource.attributes), id: resource.id }),
    lines: toLines(resource, included),
  }));
  return { ...answer, value: { rows, next, total } };
}

function queryOf(listing: OrderListing): Query {
  return {
    filter: { status: listing.status, start_date: listing.from, end_date: listing.to },
    page: listing.page ?? { number: 1, size: 100 },
    sort: sorts[listing.order],
  };
}

function toHeader(row: Row<typeof headerRow>): OrderHeader {
  return {
    id: row.id,
    status: row.status,
    fulfilment: row.status_fulfillment,
    currency: row.currency,
    total: row.price_total ?? row.total,
    addedAt: row.date_added,
    updatedAt: row.updated_at,
    archivedAt: row.date_archived,
  };
}

const parts = {
  'order-products': lineRow,
  'order-products-options': lineOptionRow,
  'order-payment': paymentRow,
  'order-tax': taxRow,
  'order-total': totalRow,
  'order-fulfillment': fulfilmentRow,
} as const;

/** Resources of an order that can be listed on their own. */
export type OrderPart = keyof typeof parts;

/**
 * Lists a part of an order by itself, for instance all payments (the order shows one of them, CloudCart API 4.4)
 * or fulfilments (the order shows none, CloudCart API 4.1). Options belong to a line, everything else to an order.
 */
export async function listOrderPart<P extends OrderPart>(
  caller: Caller,
  part: P,
  ownerId: string,
  page: PageRef = { number: 1, size: 100 },
): Promise<Answer<ShopPage<Row<(typeof parts)[P]>>>> {
  const filter = part === 'order-products-options' ? { order_product_id: ownerId } : { order_id: ownerId };
  // One schema of the table, chosen by its own key.
  const schema: (typeof parts)[P] = parts[part];
  return (await readRows<z.ZodType>(caller, part, schema, { filter, page })) as Answer<
    ShopPage<Row<(typeof parts)[P]>>
  >;
}

/**
 * Changes an order. `usn` can be set once only; a status sends e-mails, moves stock and stops the gateway
 * (CloudCart API 4.1), so the merchant has to ask for it.
 */
export async function updateOrder(
  caller: Caller,
  orderId: string,
  changes: { readonly usn?: string; readonly status?: string },
): Promise<Answer<OrderHeader>> {
  const data = { type: 'orders', id: orderId, attributes: { ...changes } };
  const answer = await writeRow(caller, 'PATCH', orderRow, data);
  return answer.kind === 'ok' ? { ...answer, value: toHeader(answer.value) } : answer;
}

/** Ships a whole order; captures an authorised card, real money (CloudCart API 4.11). */
export async function createFulfilment(
  caller: Caller,
  orderId: string,
  tracking: { readonly number?: string; readonly url?: string; readonly expeditionDate?: string } = {},
): Promise<Answer<Row<typeof fulfilmentRow>>> {
  const attributes = {
    shipping_tracking_number: tracking.number,
    shipping_tracking_url: tracking.url,
    shipping_date_expedition: tracking.expeditionDate,
  };
  const relationships = { order: { data: { type: 'orders', id: orderId } } };
  return writeRow(caller, 'POST', fulfilmentRow, { type: 'order-fulfillment', attributes, relationships });
}

const statusList = z.looseObject({
  data: z.array(z.looseObject({ id: positiveId, name: text, slug: z.string().min(1), status_type: text })),
});

/** A status that a merchant can choose; store the code, ids and names change (CloudCart API 4.12). */
export interface OrderStatus {
  readonly code: string;
  readonly name: string;
  /** The word for custom ones is a guess (U-28). */
  readonly custom: boolean;
}

/** Lists the statuses of the shop; not JSON:API, not paged (CloudCart API 4.12). */
export async function listOrderStatuses(caller: Caller): Promise<Answer<readonly OrderStatus[]>> {
  const answer = await caller.plain('order-status.list', 'order-status', statusList);
  if (answer.kind !== 'ok') return answer;
  const value = answer.value.data.map((row) => ({
    code: row.slug,
    name: row.name,
    custom: row.slug.startsWith('order-'),
  }));
  return { ...answer, value };
}
