import { type ShopFacts, verifyShop } from '../../clients/access/verify-shop.ts';
import type { Answer } from '../../clients/answer.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { Webhook } from '../../clients/cloudcart/webhooks.ts';
import type { BudgetClass } from '../../db/queries/budget.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { type AccessFault, isFault } from '../../domain/connection/faults.ts';
import type { StoreChoice } from '../../domain/connection/lookups.ts';
import type { ShopEvidence, Unreached } from '../../domain/preflight/evidence.ts';
import { parseWebhookTarget } from '../../domain/webhook-address.ts';
import type { PassIo } from '../order/io.ts';
import { payForRequest } from '../shop-requests.ts';

/** What a look at the shop showed: for the checks, and for what settings are chosen from. */
export interface SeenShop {
  readonly facts: ShopFacts | AccessFault;
  readonly lists: {
    readonly couriers: readonly string[];
    readonly statuses: readonly { readonly code: string; readonly name: string }[];
    readonly stores: readonly StoreChoice[] | null;
  };
  readonly evidence: ShopEvidence | Unreached;
  readonly requests: number;
}

/** Newest orders that are read whole, for VAT, currency and invoices. */
const ORDERS_READ = 3;

interface ShopDesk {
  readonly io: PassIo;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly httpDeadlineMs: number;
}

/**
 * Looks at the shop: ten requests, paid from its budget without the reserve of orders. A list that is
 * refused counts as empty: only the first request decides whether the shop was reached.
 * @throws {PassStopped} when its budget is used up.
 */
export async function lookAtShop(desk: ShopDesk, connection: Connection): Promise<SeenShop> {
  const { io, httpDeadlineMs } = desk;
  const shop = desk.shopOf(connection);
  const budget = { io, httpDeadlineMs, shopHost: connection.shopHost };
  let requests = 0;
  const paid = <T>(
    name: string,
    send: () => Promise<Answer<T>>,
    budgetClass: BudgetClass = 'prompt',
  ): Promise<Answer<T>> => {
    requests += 1;
    return payForRequest({ ...budget, budgetClass }, () => io.call(`shop.preflight.${name}`, send));
  };
  const asked = async <T>(name: string, send: () => Promise<Answer<T>>): Promise<T | undefined> => {
    const answer = await paid(name, send);
    return answer.kind === 'ok' ? answer.value : undefined;
  };
  // Where the budget believes that the plan has no access, only the class of orders gets a request through to find out.
  // The page for buyers is no API request: nothing counts it.
  const facts = await verifyShop(
    {
      paymentProviders: () => paid('providers', () => shop.paymentProviders(), 'orders'),
      frontPage: shop.frontPage,
    },
    connection.shopUrl,
  );
  if (isFault(facts)) {
    const { code, params } = facts;
    const lists = { couriers: [], statuses: [], stores: null };
    return { facts, lists, requests, evidence: { reached: false, fault: { code, params } } };
  }
  const couriers = await asked('couriers', () => shop.shippingProviders());
  const statuses = await asked('statuses', () => shop.orderStatuses());
  const stores = storesOf(await paid('stores', () => shop.stores()));
  const products = await asked('products', () => shop.products({ number: 1, size: 1 }));
  const hooks = await asked('webhooks', () => shop.webhooks());
  const newest = await asked('orders', () =>
    shop.orders({ order: 'changed', page: { number: 1, size: ORDERS_READ } }),
  );
  const orders: CloudcartOrder[] = [];
  for (const { id } of newest?.rows ?? []) {
    const order = await asked('order', () => shop.order(id));
    if (order !== undefined) orders.push(order);
  }
  const page = await shop.frontPage();
  return {
    facts,
    lists: {
      couriers: couriers?.rows.filter(({ active }) => active !== false).map(({ name }) => name) ?? [],
      statuses: statuses?.map(({ code, name }) => ({ code, name })) ?? [],
      stores,
    },
    evidence: {
      reached: true,
      products: products?.total ?? products?.rows.length ?? null,
      stores,
      orders: seenIn(orders),
      foreignWebhooks: foreign(hooks?.rows ?? [], connection.id),
      clockAheadSeconds:
        page.kind === 'ok' && page.value.serverMs !== null
          ? Math.round((page.value.serverMs - Date.now()) / 1_000)
          : null,
    },
    requests,
  };
}

/** A shop without the app for stores has none (CloudCart API 4.16); null: it did not say. */
function storesOf(answer: Awaited<ReturnType<CloudcartClient['stores']>>): readonly StoreChoice[] | null {
  if (answer.kind === 'not_found') return [];
  // More than a page of them: the rest is not looked at, and nothing is said of any.
  if (answer.kind !== 'ok' || answer.value.next !== null) return null;
  return answer.value.rows.map(({ id, title, city, active }) => ({
    ...{ id: Number(id), name: title, city, active: active !== false },
  }));
}

function seenIn(orders: readonly CloudcartOrder[]): ShopEvidence['orders'] {
  const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
  return {
    read: orders.length,
    vatIncluded: unique(orders.flatMap(({ vatIncluded }) => vatIncluded ?? [])),
    currencies: unique(orders.flatMap(({ currency }) => currency ?? [])),
    taxRates: unique(
      orders.flatMap(({ taxes }) =>
        taxes.flatMap(({ rate, isVat }) => (isVat === false ? [] : (rate ?? []))),
      ),
    ),
    invoiced: orders.filter(({ invoiceNumber }) => invoiceNumber !== null).length,
  };
}

/** Webhooks of orders and products that are none of this connection's; only the host: an address may hold a secret. */
function foreign(hooks: readonly Webhook[], connectionId: string): { event: string; host: string }[] {
  return hooks
    .filter(({ event, active }) => active !== false && /^(?:order|product)\./.test(event))
    .filter(({ url }) => parseWebhookTarget(url)?.connection !== connectionId)
    .map(({ event, url }) => ({ event, host: URL.canParse(url) ? new URL(url).host : '?' }));
}
