import { createHash } from 'node:crypto';
import { cleanText } from '../../../domain/text.ts';
import type { Queryable } from '../../pool.ts';
import { OPTION_SIGN, variantsOfProduct } from './variants.ts';

/** A product of a shop. */
export interface ProductKey {
  readonly connectionId: string;
  readonly productId: string;
}

/** What is said of a product apart from stock and prices. */
export interface ProductSaid {
  readonly name: string;
  readonly active: boolean | null;
  readonly tracked: boolean | null;
  readonly digital: boolean | null;
  readonly hasDescription: boolean;
  readonly variants: readonly {
    readonly id: string;
    readonly sku: string;
    readonly barcode: string;
    readonly options: readonly string[];
  }[];
}

/**
 * Notes that a product is to be read. A delivery that says of it what we know is an echo, mostly of our own writes of stock
 * and prices, or of orders: it costs nothing. So do deliveries to a connection whose goods were never compared: there is
 * nothing to keep in step yet. `said` null: look in any case. Answers whether it was news.
 */
export async function hintProduct(
  database: Queryable,
  key: ProductKey,
  said: ProductSaid | null,
): Promise<boolean> {
  // Longer ones are no ids of the shop: they fit into none of its columns.
  if (!/^[0-9]{1,15}$/.test(key.productId)) return false;
  const digest = said === null ? null : digestOf(said);
  const { known, compared } = await whatIsKnown(database, key);
  if (!compared || (digest !== null && known === digest)) return false;
  const stored = known === null && said !== null ? await storedDigest(database, key) : null;
  const echo = digest !== null && stored === digest;
  await database.query({
    name: 'hint-product',
    text: `insert into product_hint as h (connection_id, product_id, digest, due_at)
           values ($1, $2, $3, case when $4 then 'infinity' else clock_timestamp() end)
           on conflict (connection_id, product_id) do update
             set due_at = least(h.due_at, excluded.due_at), digest = excluded.digest,
                 hinted_at = case when $4 then h.hinted_at else clock_timestamp() end`,
    values: [key.connectionId, key.productId, digest, echo],
  });
  return !echo;
}

/** Deliveries that one call removes at most: more than come meanwhile. */
const REMOVED_AT_ONCE = 20;

/**
 * Removes deliveries of this event from before yesterday, some at a time. With each order and each write of stock comes one:
 * they would fill the disk, and what they said is in the tables of goods.
 */
export async function forgetDeliveries(
  database: Queryable,
  connectionId: string,
  event: string,
): Promise<void> {
  await database.query({
    name: 'forget-product-deliveries',
    text: `delete from webhook_delivery where id in (
             select id from webhook_delivery where connection_id = $1 and event = $2 and closed_at is not null
               and received_at < clock_timestamp() - interval '1 day' order by received_at limit ${REMOVED_AT_ONCE})`,
    values: [connectionId, event],
  });
}

async function whatIsKnown(
  database: Queryable,
  { connectionId, productId }: ProductKey,
): Promise<{ readonly known: string | null; readonly compared: boolean }> {
  const { rows } = await database.query<{ known: string | null; compared: boolean }>({
    name: 'what-is-known-of-product',
    text: `select (select digest from product_hint where connection_id = $1 and product_id = $2) as known,
             exists (select from match_report where connection_id = $1 and state = 'finished') as compared`,
    values: [connectionId, productId],
  });
  return rows[0] ?? { known: null, compared: false };
}

/** Of what the last read showed; null: there was none. */
async function storedDigest(
  database: Queryable,
  { connectionId, productId }: ProductKey,
): Promise<string | null> {
  const variants = await variantsOfProduct(database, connectionId, productId);
  const [first] = variants;
  if (first === undefined) return null;
  const { productName: name, active, tracked, digital, hasDescription } = first;
  return digestOf({
    ...{ name, active, tracked, digital, hasDescription },
    variants: variants.map(({ variantId, sku, barcode, options }) => ({
      ...{ id: String(variantId), sku, barcode, options: options === '' ? [] : options.split(OPTION_SIGN) },
    })),
  });
}

function digestOf({ name, active, tracked, digital, hasDescription, variants }: ProductSaid): string {
  const each = variants.map(({ id, sku, barcode, options }) =>
    JSON.stringify([id, sku.trim(), barcode.trim(), options.map(cleanText).join(OPTION_SIGN)]),
  );
  const said = [cleanText(name), active, tracked, digital, hasDescription, each.toSorted()];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url');
}

/**
 * Takes products that are due, at most `limit` and at most `perConnection` under way of a connection: when a merchant saves
 * thousands at once, the others wait here. What got no answer for `resendMs` is due again.
 */
export async function takeDueProducts(
  database: Queryable,
  options: { readonly limit: number; readonly perConnection: number; readonly resendMs: number },
): Promise<ProductKey[]> {
  const { rows } = await database.query<ProductKey>({
    name: 'take-due-products',
    text: `with under_way as (
             select connection_id, count(*) as n from product_hint
             where due_at > clock_timestamp() and due_at < 'infinity' group by connection_id),
           due as (
             select h.connection_id, h.product_id, row_number() over (partition by h.connection_id order by h.due_at) as place
             from product_hint h join connection c on c.id = h.connection_id and c.mode <> 'off'
             where h.due_at <= clock_timestamp()),
           chosen as (
             select d.connection_id, d.product_id from due d left join under_way u using (connection_id)
             where d.place + coalesce(u.n, 0) <= $2 limit $1)
           update product_hint h set due_at = clock_timestamp() + make_interval(secs => $3::float8 / 1000.0)
           from chosen where h.connection_id = chosen.connection_id and h.product_id = chosen.product_id
             and h.due_at <= clock_timestamp()
           returning h.connection_id as "connectionId", h.product_id as "productId"`,
    values: [options.limit, options.perConnection, options.resendMs],
  });
  return rows;
}

/**
 * Claims a product for `leaseMs`; undefined while another one has it, null when nothing is to be done any more. Whatever is
 * stored for it names the fence: a later claim makes it void.
 */
export async function claimProduct(
  database: Queryable,
  { connectionId, productId }: ProductKey,
  leaseMs: number,
): Promise<{ readonly fence: number } | null | undefined> {
  const { rows } = await database.query<{ fence: number }>({
    name: 'claim-product',
    text: `update product_hint set fence = fence + 1, started_at = clock_timestamp(),
             lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000.0)
           where connection_id = $1 and product_id = $2 and lease_until <= clock_timestamp() and due_at < 'infinity'
           returning fence`,
    values: [connectionId, productId, leaseMs],
  });
  if (rows[0] !== undefined) return rows[0];
  const known = await database.query({
    name: 'is-product-due',
    text: `select from product_hint where connection_id = $1 and product_id = $2 and due_at < 'infinity'`,
    values: [connectionId, productId],
  });
  return known.rowCount === 0 ? null : undefined;
}

/** Is this claim still the last one? Locks its row, so that no later one comes before the end of the transaction. */
export async function holdsProduct(
  tx: Queryable,
  { connectionId, productId }: ProductKey,
  fence: number,
): Promise<boolean> {
  const held = await tx.query({
    name: 'holds-product',
    text: 'select from product_hint where connection_id = $1 and product_id = $2 and fence = $3 for update',
    values: [connectionId, productId, fence],
  });
  return held.rowCount === 1;
}

/** Gives a product back. It is done with unless it was heard of after the read began; `failed`: it stays due. */
export async function releaseProduct(
  database: Queryable,
  { connectionId, productId }: ProductKey,
  fence: number,
  failed: boolean,
): Promise<void> {
  await database.query({
    name: 'release-product',
    text: `update product_hint set lease_until = '-infinity',
             due_at = case when $4 or hinted_at >= started_at then due_at else 'infinity' end
           where connection_id = $1 and product_id = $2 and fence = $3`,
    values: [connectionId, productId, fence, failed],
  });
}

/** Remembers that the goods changed: a report that began before is an old picture. */
export async function goodsChanged(database: Queryable, connectionId: string): Promise<void> {
  await database.query({
    name: 'goods-changed',
    text: `insert into catalogue_state (connection_id, changed_at) values ($1, clock_timestamp())
           on conflict (connection_id) do update set changed_at = excluded.changed_at`,
    values: [connectionId],
  });
}
