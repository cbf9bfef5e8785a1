import { z } from 'zod';
import type { EmulatorContext } from '../emulator.ts';
import {
  archive,
  banBuyer,
  changeCustomer,
  changePayment,
  confirmDraft,
  convertOrder,
  deleteOrder,
  gatewayReports,
  partialReturn,
  pay,
  refund,
  ship,
  syncCod,
} from '../orders/actions.ts';
import { editOrder } from '../orders/edit.ts';
import { money, type PlaceInput } from '../orders/place-input.ts';
import { placeOrder } from '../orders/place.ts';
import { describePresets, presetInput } from '../orders/presets.ts';
import { changeStatus, paymentOf } from '../orders/status.ts';
import type { Shop } from '../shop.ts';
import type { OrderRow } from '../store/order-rows.ts';
import { ControlError, type ControlRequest } from '../../support/control.ts';
import { type ControlAction, type ControlRoute, on } from './route.ts';

/** What the control side shows of an order. */
function view(shop: Shop, order: OrderRow): Record<string, unknown> {
  const payment = paymentOf(shop, order.id);
  return {
    id: order.id,
    number: order.id,
    status: order.status,
    statusFulfillment: order.status_fulfillment,
    currency: order.currency,
    total: order.price_total,
    tax: order.tax,
    draft: order._draft,
    archived: order.date_archived !== null,
    returnStatus: order.return_status,
    usn: order.usn,
    customer: `${order.customer_first_name} ${order.customer_last_name}`.trim(),
    email: order.customer_email,
    payment: { provider: payment?.provider, status: payment?.payment_status, amount: payment?.amount },
    addedAt: order.date_added,
    updatedAt: order.updated_at,
    lines: shop.db.tables['order-products'].by('order_id', order.id).map((line) => ({
      ...{ id: line.id, sku: line.sku, name: line.name, quantity: line.quantity },
      ...{ price: line.price, orderPrice: line.order_price },
    })),
    discounts: shop.db.tables['order-discount']
      .by('order_id', order.id)
      .map(({ id, name }) => ({ id, name })),
  };
}

/** An action on one order; answers with the order as it is then. */
function orderAction<S extends z.ZodType>(
  address: string,
  schema: S,
  act: (shop: Shop, id: number, body: z.output<S>, context: EmulatorContext) => unknown,
): ControlRoute {
  return on(address, (context, { names, body }) => {
    const order = context.shop.db.tables.orders.get(names['id']);
    if (order === undefined) throw new ControlError(404, `no order ${names['id']}`);
    const input = schema.parse(body);
    context.shop.atomically(() => act(context.shop, order.id, input, context));
    const after = context.shop.db.tables.orders.get(order.id);
    return after === undefined ? { id: order.id, gone: true } : view(context.shop, after);
  });
}

/** The order that a request describes: a preset, changed by what else is given. */
function orderInput(body: unknown): PlaceInput {
  const { preset, ...more } = z.looseObject({ preset: z.string().optional() }).parse(body);
  const base = preset === undefined ? undefined : presetInput(preset);
  if (preset !== undefined && base === undefined) {
    const known = describePresets().map(({ name }) => name);
    throw new ControlError(422, `unknown preset ${preset}`, { known });
  }
  return { ...base, ...more } as unknown as PlaceInput;
}

const place: ControlAction = ({ shop }, { body }: ControlRequest) =>
  view(shop, placeOrder(shop, orderInput(body)));

const bulkInput = z.looseObject({ count: z.int().min(1).max(10_000) });

/** Many orders at once, all alike; answers with their ids. Load tests want the orders, not the requests. */
const placeMany: ControlAction = ({ shop }, { body }: ControlRequest) => {
  const { count, ...order } = bulkInput.parse(body);
  const input = orderInput(order);
  return { ids: Array.from({ length: count }, () => placeOrder(shop, input).id) };
};

const nothing = z.looseObject({});
const lineIds = z.strictObject({ lines: z.array(z.int()).default([]) });

/** Orders: what buyers, merchants, couriers and gateways do to them. */
export const orderRoutes: readonly ControlRoute[] = [
  on('GET /presets', () => ({ presets: describePresets() })),
  on('POST /orders', place),
  on('POST /orders/bulk', placeMany),
  on('GET /orders', ({ shop }, { params }) => {
    const limit = Number(params.get('limit') ?? 100) || 100;
    const rows = shop.db.tables.orders.all().slice(-limit).reverse();
    return { total: shop.db.tables.orders.size, orders: rows.map((order) => view(shop, order)) };
  }),
  orderAction('GET /orders/:id', nothing, () => undefined),
  orderAction('DELETE /orders/:id', nothing, (shop, id) => deleteOrder(shop, id)),
  orderAction(
    'POST /orders/:id/pay',
    z.strictObject({
      by: z.enum(['merchant', 'gateway']).optional(),
      status: z.enum(['paid', 'authorized']).default('paid'),
    }),
    (shop, id, { by, status }) => pay(shop, id, by, status),
  ),
  orderAction('POST /orders/:id/status', z.strictObject({ status: z.string() }), (shop, id, { status }) =>
    changeStatus(shop, id, status, 'merchant'),
  ),
  orderAction('POST /orders/:id/gateway', z.strictObject({ status: z.string() }), (shop, id, { status }) =>
    gatewayReports(shop, id, status),
  ),
  orderAction('POST /orders/:id/edit', nothing, (shop, id, body) => editOrder(shop, id, body)),
  orderAction(
    'POST /orders/:id/ship',
    z.strictObject({ tracking: z.string().optional() }),
    (shop, id, { tracking }) => ship(shop, id, tracking),
  ),
  orderAction('POST /orders/:id/complete', nothing, (shop, id) =>
    changeStatus(shop, id, 'completed', 'merchant'),
  ),
  orderAction('POST /orders/:id/cancel', nothing, (shop, id) =>
    changeStatus(shop, id, 'cancelled', 'merchant'),
  ),
  orderAction('POST /orders/:id/void', nothing, (shop, id) => gatewayReports(shop, id, 'voided')),
  orderAction(
    'POST /orders/:id/refund',
    z.strictObject({ amount: money.optional() }),
    (shop, id, { amount }) => refund(shop, id, amount),
  ),
  orderAction('POST /orders/:id/partial-return', lineIds, (shop, id, { lines }) =>
    partialReturn(shop, id, lines),
  ),
  orderAction('POST /orders/:id/restore', nothing, (shop, id) =>
    changeStatus(shop, id, 'pending', 'merchant'),
  ),
  orderAction('POST /orders/:id/archive', nothing, (shop, id) => archive(shop, id, true)),
  orderAction('POST /orders/:id/unarchive', nothing, (shop, id) => archive(shop, id, false)),
  orderAction('POST /orders/:id/confirm', nothing, (shop, id) => confirmDraft(shop, id)),
  orderAction('POST /orders/:id/ban', nothing, (shop, id) => banBuyer(shop, id)),
  orderAction('POST /orders/:id/convert', nothing, (shop, id) => convertOrder(shop, id)),
  orderAction(
    'POST /orders/:id/cod-sync',
    z.strictObject({ collected: money.optional() }),
    (shop, id, body) => syncCod(shop, id, body.collected),
  ),
  orderAction(
    'POST /orders/:id/payment',
    z.strictObject({ provider: z.string() }),
    (shop, id, { provider }) => changePayment(shop, id, provider),
  ),
  orderAction('POST /orders/:id/customer', z.strictObject({ customer: z.int() }), (shop, id, { customer }) =>
    changeCustomer(shop, id, customer),
  ),
  orderAction(
    'POST /orders/:id/touch',
    z.strictObject({ event: z.string().default('order.updated') }),
    (shop, id, { event }) => shop.emit({ event, entityId: id }),
  ),
];
