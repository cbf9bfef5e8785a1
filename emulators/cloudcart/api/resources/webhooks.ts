import type { Shop } from '../../shop.ts';
import type { WebhookRow } from '../../store/catalogue-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { invalid } from '../errors.ts';
import { plainAttributes, type Resource } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';

/** The twenty events; `order.deleted` is none of them (CloudCart API 6.1). */
export const EVENTS: readonly string[] = [
  ...['category', 'vendor', 'product', 'discount', 'customer'].flatMap((entity) =>
    ['created', 'updated', 'deleted'].map((what) => `${entity}.${what}`),
  ),
  'order.created',
  'order.updated',
  ...['created', 'updated', 'deleted'].map((what) => `subscriber.${what}`),
];

const KNOWN = ['url', 'event', 'active', 'new_version', 'request_headers', 'api_key_id'];

/** `yes`, `no`, 1, 0 and JSON booleans (CloudCart API 6.2). */
function flagOf(body: WriteBody, name: string, initial: boolean): boolean {
  if (!body.has(name)) return initial;
  const value = body.attributes[name];
  if (value === 'yes' || value === 1 || value === '1' || value === true) return true;
  if (value === 'no' || value === 0 || value === '0' || value === false) return false;
  throw invalid(`/data/attributes/${name}`, `The ${name.replace('_', ' ')} field is invalid.`);
}

function urlOf(body: WriteBody): string {
  const url = body.attributes['url'];
  if (typeof url !== 'string' || url === '')
    throw invalid('/data/attributes/url', 'The url field is required');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw invalid('/data/attributes/url', 'The url format is invalid');
  return url;
}

function eventOf(body: WriteBody): string {
  const event = body.attributes['event'];
  if (typeof event !== 'string' || event === '')
    throw invalid('/data/attributes/event', 'The event field is required');
  if (!EVENTS.includes(event))
    throw invalid('/data/attributes/event', `List of valid events: ${EVENTS.join(', ')}`);
  return event;
}

/** The whole map: every save replaces it, empty keys and values are dropped (CloudCart API 6.2). */
function headersOf(body: WriteBody): Record<string, string> {
  const given = body.attributes['request_headers'];
  if (typeof given !== 'object' || given === null) return {};
  const entries = Object.entries(given).filter(
    ([name, value]) => name !== '' && value !== '' && value !== null,
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function create(shop: Shop, body: WriteBody): AnyRow {
  const { webhooks } = shop.db.tables;
  body.refuse(['created_at', 'updated_at']);
  body.refuseUnknown(KNOWN, shop.switches.unknownAttribute);
  const url = urlOf(body);
  const event = eventOf(body);
  const cap = shop.switches.hooksCap;
  if (cap !== null && webhooks.size >= cap)
    throw invalid('/data', 'The limit of hooks of your plan is reached.');
  const keys = shop.db.tables['api-keys'];
  const key = body.has('api_key_id') ? keys.get(String(body.attributes['api_key_id'])) : keys.all()[0];
  if (key === undefined) throw invalid('/data/attributes/api_key_id', 'The selected api key id is invalid.');
  return webhooks.put({
    id: shop.db.nextId('webhooks'),
    url,
    event,
    active: flagOf(body, 'active', true) ? 'yes' : 'no',
    new_version: flagOf(body, 'new_version', true) ? 1 : 0,
    request_headers: headersOf(body),
    api_key_id: key.id,
    created_at: shop.now(),
    updated_at: shop.now(),
  });
}

function update(shop: Shop, row: AnyRow, body: WriteBody): void {
  const old = row as unknown as WebhookRow;
  body.refuse(['api_key_id', 'created_at', 'updated_at']);
  body.refuseUnknown(KNOWN, shop.switches.unknownAttribute);
  const kept = !body.has('request_headers') && shop.switches.headersOnPatchWithoutAttr === 'kept';
  shop.db.tables.webhooks.update(old.id, {
    ...(body.has('url') ? { url: urlOf(body) } : {}),
    ...(body.has('event') ? { event: eventOf(body) } : {}),
    active: flagOf(body, 'active', old.active === 'yes') ? 'yes' : 'no',
    new_version: flagOf(body, 'new_version', old.new_version === 1) ? 1 : 0,
    request_headers: kept ? old.request_headers : headersOf(body),
    updated_at: shop.now(),
  });
}

/** Subscriptions (CloudCart API 6.2). */
export const webhookResource: Resource = {
  type: 'webhooks',
  table: 'webhooks',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  sorts: ['id', 'url', 'event'],
  attributes: (row, shop) => {
    const {
      api_key_id: _hidden,
      active,
      request_headers,
      ...rest
    } = plainAttributes(row, shop, {
      created_at: 'utc',
      updated_at: 'utc',
    });
    const headers = request_headers as Record<string, string>;
    const numbers = shop.switches.activeRepresentation === '1/0';
    return {
      ...rest,
      active: numbers ? (active === 'yes' ? 1 : 0) : active,
      // PHP writes an empty object as an empty list.
      request_headers: Object.keys(headers).length === 0 ? [] : headers,
    };
  },
  create,
  update,
  remove: (shop, row) => shop.db.tables.webhooks.delete(row.id),
};
