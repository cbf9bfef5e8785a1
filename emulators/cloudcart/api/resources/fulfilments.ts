import { fulfil, removeFulfilment, type Tracking } from '../../orders/fulfil.ts';
import { Refusal, type Shop } from '../../shop.ts';
import type { FulfilmentRow } from '../../store/order-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { invalid } from '../errors.ts';
import { linkTo, type Resource } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';

const READ_ONLY = ['order_id', 'shipping_provider', 'date_fulfilled'];

/** Tracking fields of a body, checked as the platform words it (CloudCart API 4.11). */
export function trackingOf(body: WriteBody): Tracking {
  body.refuse(READ_ONLY);
  const text = (
    name: string,
    fits: (value: string) => boolean,
    detail: string,
  ): string | null | undefined => {
    if (!body.has(name)) return undefined;
    const value = body.attributes[name];
    if (value === null || value === '') return null;
    if (typeof value !== 'string' || !fits(value)) throw invalid(`/data/attributes/${name}`, detail);
    return value;
  };
  const day = (value: string): boolean => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
  const notDay = (name: string): string => `The ${name} does not match the format Y-m-d.`;
  const given = {
    url: text('shipping_tracking_url', URL.canParse, 'The shipping tracking url format is invalid.'),
    number: text('shipping_tracking_number', () => true, 'The shipping tracking number must be a string.'),
    delivery: text('shipping_date_delivery', day, notDay('shipping date delivery')),
    expedition: text('shipping_date_expedition', day, notDay('shipping date expedition')),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function create(shop: Shop, body: WriteBody): AnyRow {
  const pointer = '/data/relationships/order';
  const order = shop.db.tables.orders.get(body.link('order', 'orders'));
  if (order === undefined) throw invalid(pointer, 'The order field is required.');
  const tracking = trackingOf(body);
  try {
    return fulfil(shop, order.id, tracking);
  } catch (error) {
    if (error instanceof Refusal) throw invalid(pointer, error.message);
    throw error;
  }
}

function update(shop: Shop, row: AnyRow, body: WriteBody): void {
  const fulfilment = row as FulfilmentRow;
  const { url, number, delivery, expedition } = trackingOf(body);
  shop.db.tables['order-fulfillment'].update(fulfilment.id, {
    ...(url === undefined ? {} : { shipping_tracking_url: url }),
    ...(number === undefined ? {} : { shipping_tracking_number: number }),
    ...(delivery === undefined ? {} : { shipping_date_delivery: delivery }),
    ...(expedition === undefined ? {} : { shipping_date_expedition: expedition }),
  });
  shop.touch(fulfilment.order_id);
  shop.emit({ event: 'order.updated', entityId: fulfilment.order_id });
}

/** Shipments: whole orders only; a POST captures an authorised card (CloudCart API 4.11). */
export const fulfilmentResource: Resource = {
  type: 'order-fulfillment',
  table: 'order-fulfillment',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  dates: { date_fulfilled: 'plain' },
  relations: { order: linkTo('orders', 'order_id') },
  includes: ['order'],
  sorts: ['id', 'order_id', 'date_fulfilled', 'shipping_date_delivery', 'shipping_date_expedition'],
  create,
  update,
  remove: (shop, row) => removeFulfilment(shop, row as FulfilmentRow),
};
