import { SERVICE_NAMES } from '../connection/suggestions.ts';
import { objectsNamed } from '../stock/desired-sku.ts';
import type { Evidence, Standing } from './evidence.ts';
import { type Judgement, fail, pass, unknown, warn } from './result.ts';

/** A subscription that ends sooner is worth a word. */
const NEAR_END_DAYS = 14;
/** micro.bg keeps amounts with two decimals unless somebody changed it; totals are compared to the cent. */
const CENTS = 2;
const FISCAL = 1;

/** The application, its secret and its user work. */
export function warehouseAccess({ warehouse }: Evidence, { lookups }: Standing): Judgement {
  if (warehouse.reached) return pass('warehouse_answers', { company: lookups?.warehouse.company.name ?? '' });
  const { code, params } = warehouse.fault;
  return code === 'warehouse_unreachable' ? unknown(code, params) : fail(code, params);
}

/** Without a paid subscription micro.bg gives empty lists instead of errors (micro.bg API 7, trap 1). */
export function subscription({ warehouse }: Evidence, { lookups, today, nowMs }: Standing): Judgement {
  if (!warehouse.reached && warehouse.fault.code === 'warehouse_not_paid')
    return fail('warehouse_not_paid', warehouse.fault.params);
  const until = lookups?.warehouse.company.paidUntil ?? null;
  if (!warehouse.reached) return unknown('warehouse_not_asked');
  if (until === null) return pass('subscription_without_end');
  const day = until.slice(0, 10);
  if (day < today)
    return fail('warehouse_not_paid', { company: lookups?.warehouse.company.name ?? '', until: day });
  const soon = new Date(nowMs + NEAR_END_DAYS * 86_400_000).toISOString().slice(0, 10);
  return day <= soon ? warn('subscription_ends', { until: day }) : pass('subscription_paid', { until: day });
}

/** Bulgarian rules and rates are what documents are built on. */
export function countryAndVat(_evidence: Evidence, { lookups }: Standing): Judgement {
  if (lookups === undefined) return unknown('not_looked');
  const { company, taxGroups } = lookups.warehouse;
  if (company.countryCode !== 'BG') return fail('country', { country: company.countryCode || '-' });
  if (taxGroups.length === 0) return unknown('not_looked');
  return pass('country_bg', { rates: taxGroups.map(({ rate }) => rate).join(', ') });
}

/** The chosen objects exist and may be used. */
export function objects({ warehouse }: Evidence, { lookups, settings }: Standing): Judgement {
  if (lookups === undefined || !warehouse.reached) return unknown('warehouse_not_asked');
  const wanted = objectsNamed(settings);
  const all = lookups.warehouse.objects;
  const nameOf = (id: number): string => all.find((each) => each.id === id)?.name ?? String(id);
  const gone = wanted.filter((id) => !all.some((each) => each.id === id && !each.deleted));
  if (gone.length > 0) return fail('objects_gone', { names: gone.map(nameOf).join(', ') });
  const refused = wanted.filter((id) => warehouse.unreadableObjects.includes(id));
  if (refused.length > 0) return fail('objects_refused', { names: refused.map(nameOf).join(', ') });
  return pass('objects_ready', { names: wanted.map(nameOf).join(', ') });
}

/** Settings of the account, and what they mean for us. */
export function accountMode(_evidence: Evidence, { lookups }: Standing): Judgement {
  if (lookups === undefined) return unknown('not_looked');
  const { company } = lookups.warehouse;
  const facts = {
    prices: company.pricePrecision,
    quantities: company.quantityPrecision,
    negative: company.allowNegativeStock ? 1 : 0,
    production: company.autoProduction ? 1 : 0,
    vat: company.isVatRegistered ? 1 : 0,
  };
  if (company.pricePrecision < CENTS) return fail('precision_low', facts);
  if (!company.allowNegativeStock) return warn('no_negative_stock', facts);
  if (company.autoProduction) return warn('auto_production', facts);
  return company.isVatRegistered ? pass('account_ready', facts) : warn('not_vat_registered', facts);
}

/** Cash on delivery comes as a postal money order, which needs no fiscal receipt (Ordinance N-18). */
export function fiscalModes(_evidence: Evidence, { lookups, settings }: Standing): Judgement {
  if (lookups === undefined) return unknown('not_looked');
  const typeOf = (id: number | undefined) => lookups.warehouse.paymentTypes.find((each) => each.id === id);
  const couriers = Object.values(settings.paymentTypesByCourier['cod'] ?? {});
  const onDelivery = [settings.paymentTypes['cod'], ...couriers].map(typeOf);
  const fiscal = onDelivery.find((type) => type?.fiscalMode === FISCAL);
  if (fiscal !== undefined) return warn('cash_on_delivery_fiscal', { name: fiscal.name });
  const mapped = Object.values(settings.paymentTypes).map(typeOf);
  const gone = Object.entries(settings.paymentTypes).filter(([, id]) => {
    const type = typeOf(id);
    return type === undefined || type.deleted;
  });
  if (gone.length > 0) return fail('payment_types_gone', { names: gone.map(([code]) => code).join(', ') });
  const receipts = mapped.filter((type) => type?.fiscalMode === FISCAL).map((type) => type?.name ?? '');
  return receipts.length === 0
    ? pass('nothing_fiscal')
    : pass('fiscal_types', { names: [...new Set(receipts)].join(', ') });
}

/** Delivery, discount and fees need an item of type service. */
export function services(_evidence: Evidence, { lookups, settings }: Standing): Judgement {
  const items = lookups?.warehouse.items ?? null;
  const roles = ['delivery', 'discount', 'fee'] as const;
  const open = roles.filter((role) => settings.serviceItems[role] === null);
  const usual = (missing: readonly (typeof roles)[number][]): string =>
    missing.map((role) => SERVICE_NAMES[role][0] ?? role).join(', ');
  if (open.length > 0) return fail('services_open', { names: usual(open) });
  if (items === null) return unknown('items_not_walked');
  const gone = roles.filter((role) => !items.services.some(({ id }) => id === settings.serviceItems[role]));
  return gone.length > 0 ? fail('services_gone', { names: usual(gone) }) : pass('services_ready');
}

/** Prices go out of one explicit list, chosen where two lists cannot be told apart (micro.bg API 6.5). */
export function priceList(_evidence: Evidence, { lookups, settings }: Standing): Judgement {
  if (!settings.exportPrices) return pass('prices_not_exported');
  const lists = lookups?.warehouse.items?.priceLists ?? null;
  const chosen = settings.priceList;
  if (chosen === null) {
    const equal = lists?.find(({ sameAs }) => sameAs !== null);
    return equal === undefined
      ? fail('price_list_open')
      : fail('price_lists_equal', { first: equal.sameAs ?? 0, second: equal.list });
  }
  if (lists === null) return unknown('items_not_walked');
  const list = lists.find((each) => each.list === chosen);
  if (list === undefined || list.priced === 0) return fail('price_list_empty', { list: chosen });
  return pass('price_list_ready', { list: chosen, priced: list.priced });
}
