import type { StoreChoice } from '../connection/lookups.ts';
import type { Evidence, Standing } from './evidence.ts';
import { type Judgement, fail, pass, unknown, warn } from './result.ts';

/** Requests a minute of the smallest plan with API access; the vendor asks for one above it (CloudCart API 2.1). */
const SMALLEST_LIMIT = 50;
/** Times of webhooks and sweeps are compared with ours; a minute is allowed for. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** VAT rate that every Bulgarian shop has. */
const STANDARD_RATE = '20';

/** The key works and the plan has access to the API. */
export function shopAccess({ shop }: Evidence, { lookups }: Standing): Judgement {
  if (!shop.reached) {
    const { code, params } = shop.fault;
    return code === 'shop_unreachable' ? unknown(code, params) : fail(code, params);
  }
  const limit = lookups?.shop.requestsPerMinute ?? null;
  if (limit === null) return pass('shop_answers');
  return limit <= SMALLEST_LIMIT ? warn('small_plan', { limit }) : pass('shop_limit', { limit });
}

/** The address is the primary domain: any other has no access (CloudCart API 1.1). */
export function primaryDomain({ shop }: Evidence): Judgement {
  if (shop.reached) return pass('domain_primary');
  const { code, params } = shop.fault;
  if (code === 'shop_alias') return fail(code, params);
  return code === 'shop_no_api_access' ? fail(code, params) : unknown('shop_not_asked');
}

/** There is something to sell. */
export function shopProducts({ shop }: Evidence): Judgement {
  if (!shop.reached || shop.products === null) return unknown('shop_not_asked');
  return shop.products === 0 ? fail('no_products') : pass('products', { count: shop.products });
}

/** Every active way to pay has a payment type: an order with another one waits. */
export function paymentsMapped(_evidence: Evidence, { lookups, settings }: Standing): Judgement {
  if (lookups === undefined) return unknown('not_looked');
  const open = lookups.shop.providers.filter(({ code }) => !Object.hasOwn(settings.paymentTypes, code));
  if (open.length === 0) return pass('payments_mapped', { count: lookups.shop.providers.length });
  return fail('payments_open', { names: open.map(({ code, title }) => title || code).join(', ') });
}

/** Shop and warehouse must mean the same money. */
export function currencies({ shop }: Evidence, { lookups, settings }: Standing): Judgement {
  const warehouse = lookups?.warehouse.company.currency ?? null;
  if (!shop.reached || warehouse === null) return unknown('not_looked');
  const others = shop.orders.currencies.filter((currency) => currency !== warehouse);
  if (shop.orders.read === 0) return unknown('no_orders_yet', { currency: warehouse });
  if (others.length === 0) return pass('currency_same', { currency: warehouse });
  const facts = { shop: others.join(', '), warehouse };
  const converted = settings.convertBgn && warehouse === 'EUR' && others.every((each) => each === 'BGN');
  return converted ? warn('currency_converted', facts) : fail('currency_differs', facts);
}

/** Prices with or without VAT on both sides. Documents follow the order; prices of the export follow the setting. */
export function vatMode({ shop }: Evidence, { lookups, settings }: Standing): Judgement {
  if (!shop.reached || lookups === undefined) return unknown('not_looked');
  const [seen] = shop.orders.vatIncluded;
  if (seen === undefined) return unknown('no_orders_yet');
  if (new Set(shop.orders.vatIncluded).size > 1) return warn('vat_mode_mixed');
  if (seen !== settings.shopPricesWithVat) return fail(seen ? 'vat_mode_gross' : 'vat_mode_net');
  const same = seen === lookups.warehouse.company.pricesWithVat;
  return same ? pass('vat_mode_same') : warn(seen ? 'warehouse_net' : 'warehouse_gross');
}

/** The VAT rates of the shop's recent orders exist in the warehouse. */
export function shopRates({ shop }: Evidence, { lookups }: Standing): Judgement {
  const groups = lookups?.warehouse.taxGroups ?? [];
  if (!shop.reached || groups.length === 0) return unknown('not_looked');
  const known = new Set(groups.map(({ rate }) => rate));
  const missing = shop.orders.taxRates.filter((rate) => !known.has(rate));
  if (missing.length > 0) return fail('rates_missing', { rates: missing.join(', ') });
  if (!known.has(STANDARD_RATE)) return warn('no_standard_rate');
  return pass('rates_present', { rates: [...known].join(', ') });
}

/**
 * With the app for stores the storefront may sell what its stores have, and the variant's own quantity has no effect (CloudCart
 * API 4.16). No API tells which of both it does.
 */
export function stores({ shop }: Evidence, { settings, confirmations }: Standing): Judgement {
  if (!shop.reached) return unknown('shop_not_asked');
  if (shop.stores === undefined || shop.stores === null) return unknown('not_looked');
  const chosen = settings.storeStock.map(({ storeId }) => storeId);
  const names = (all: readonly StoreChoice[]): string => all.map(({ name }) => name).join(', ');
  if (chosen.length === 0) {
    if (shop.stores.length === 0) return pass('stores_none');
    const confirmation = confirmations['stores'];
    if (confirmation !== undefined) return pass('confirmed', confirmed(confirmation));
    return warn('stores_unanswered', { names: names(shop.stores) });
  }
  if (shop.stores.length === 0) return fail('stores_app_missing', { count: chosen.length });
  const has = (id: number): boolean => shop.stores?.some((store) => store.id === id) === true;
  const gone = chosen.filter((id) => !has(id));
  if (gone.length > 0) return fail('stores_gone', { ids: gone.join(', ') });
  const left = shop.stores.filter(({ id, active }) => active && !chosen.includes(id));
  return left.length > 0
    ? warn('stores_left', { names: names(left) })
    : pass('stores_chosen', { count: chosen.length });
}

/** Two programs that issue invoices issue two for one sale. */
export function shopInvoicing({ shop }: Evidence, { settings, confirmations }: Standing): Judgement {
  if (!shop.reached) return unknown('shop_not_asked');
  const { invoiced, read } = shop.orders;
  if (invoiced > 0 && settings.invoices !== 'none') return fail('shop_invoices_too', { invoiced, read });
  if (invoiced > 0) return warn('shop_invoices', { invoiced, read });
  return confirmations['shop_invoicing'] === undefined
    ? unknown('confirm_invoicing')
    : pass('confirmed', confirmed(confirmations['shop_invoicing']));
}

/** Other programs that hear of the shop's orders. */
export function otherIntegration({ shop }: Evidence, standing: Standing): Judgement {
  if (!shop.reached) return unknown('shop_not_asked');
  const hosts = [...new Set(shop.foreignWebhooks.map(({ host }) => host))];
  if (standing.foreignDocuments > 0) return fail('foreign_documents', { count: standing.foreignDocuments });
  if (hosts.length > 0) return warn('foreign_webhooks', { hosts: hosts.join(', ') });
  const confirmation = standing.confirmations['other_integration'];
  return confirmation === undefined
    ? unknown('confirm_application_type')
    : pass('confirmed', confirmed(confirmation));
}

/** Clocks that disagree make every order look late, or changed too early. */
export function clocks({ shop }: Evidence): Judgement {
  if (!shop.reached || shop.clockAheadSeconds === null) return unknown('shop_not_asked');
  const seconds = Math.abs(shop.clockAheadSeconds);
  return seconds > CLOCK_TOLERANCE_SECONDS
    ? fail('clocks_differ', { seconds })
    : pass('clocks_agree', { seconds });
}

/** Who confirmed, and when, for the sentence. */
export function confirmed({ by, at }: { readonly by: string; readonly at: string }): {
  by: string;
  at: string;
} {
  return { by, at: at.slice(0, 10) };
}
