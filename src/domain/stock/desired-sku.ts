import type { ConnectionSettings } from '../connection/settings.ts';
import { compare, parseDecimal, zero } from '../rational.ts';
import { type PriceRefusal, publishedPrice } from './price.ts';
import { type OrderClaim, type PublishedQuantity, publishedQuantity } from './published-quantity.ts';
import { OWN } from './sku-key.ts';

/** An object's quantity of an item, decimal text. */
export interface ObjectQuantity {
  readonly objectId: number;
  readonly quantity: string;
  /** The last answer does not show the item there, which proves nothing. */
  readonly missing?: boolean;
}

/** What the figures of a SKU follow from, beside the settings. */
export interface SkuInput {
  /** {@link OWN}, or a store of the shop. */
  readonly storeId: number;
  readonly quantities: readonly ObjectQuantity[];
  readonly claims: readonly OrderClaim[];
  readonly ratio: string;
  readonly fractional: boolean;
  readonly prices: readonly (string | null)[];
  readonly taxRate: string | null;
  /** What the shop asks now, minor units; null: not known. */
  readonly shownPrice: number | null;
  readonly readStartedAtMs: number;
  readonly warehouseCurrency: string;
  readonly shopCurrency: string;
}

/** What the shop should show of a SKU; null: nothing is said of it. */
export interface DesiredSku {
  readonly quantity: PublishedQuantity | null;
  /** One of the objects does not show the item any more: the quantity is not written. */
  readonly missing: boolean;
  readonly price: number | null;
  /** Why no price is said, where one is wanted. */
  readonly priceRefused: PriceRefusal | null;
  /** The price that was refused, minor units, as far as it could be worked out. */
  readonly refusedPrice: number | null;
}

export type ExportSettings = Pick<
  ConnectionSettings,
  | 'stockObjects'
  | 'storeStock'
  | 'stockBuffer'
  | 'holdBack'
  | 'warehouseReserves'
  | 'exportQuantities'
  | 'exportPrices'
  | 'priceList'
  | 'shopPricesWithVat'
  | 'convertBgn'
>;

type Places = Pick<ConnectionSettings, 'stockObjects' | 'storeStock'>;

/** Objects whose quantities are asked for; 0 stands for all of them together. */
export function objectsOf(settings: Places): readonly number[] {
  return [...new Set(figuresOf(settings).flatMap((storeId) => objectsBehind(settings, storeId) ?? []))];
}

/** Objects that settings name: those of documents, and those of quantities unless all are meant. */
export function objectsNamed(settings: Places & Pick<ConnectionSettings, 'objectId'>): readonly number[] {
  return [...new Set([settings.objectId, ...objectsOf(settings).filter((id) => id !== 0)])];
}

/** Whose quantities the storefront sells: the variant's own, or those of stores. */
export function figuresOf({ storeStock }: Pick<Places, 'storeStock'>): readonly number[] {
  return storeStock.length === 0 ? [OWN] : storeStock.map(({ storeId }) => storeId);
}

/** Objects that a figure is the sum of; undefined: the storefront does not sell it, so it is left alone. */
function objectsBehind({ stockObjects, storeStock }: Places, storeId: number): readonly number[] | undefined {
  const own = storeStock.length === 0 && storeId === OWN ? stockObjects : undefined;
  const objects = own ?? storeStock.find((store) => store.storeId === storeId)?.objects;
  return objects === 'all' ? [0] : objects;
}

/**
 * Quantity and price that the shop should show. A quantity needs an answer of every object: an item that one of them never
 * showed says nothing. The price is the variant's, not a store's (CloudCart API 4.16).
 */
export function desiredSku(input: SkuInput, settings: ExportSettings): DesiredSku {
  const objects = objectsBehind(settings, input.storeId)?.map((objectId) =>
    input.quantities.find((each) => each.objectId === objectId),
  );
  const complete = objects?.filter((each) => each !== undefined) ?? [];
  const missing = complete.some((each) => each.missing === true);
  const quantity =
    settings.exportQuantities && complete.length === objects?.length
      ? quantityOf(input, settings, complete)
      : null;
  if (input.storeId !== OWN || !settings.exportPrices || settings.priceList === null)
    return { quantity, missing, price: null, priceRefused: null, refusedPrice: null };
  const price = publishedPrice({
    lists: input.prices,
    list: settings.priceList,
    listsWithVat: true,
    shopWithVat: settings.shopPricesWithVat,
    taxRate: input.taxRate,
    ratio: input.ratio,
    warehouseCurrency: input.warehouseCurrency,
    shopCurrency: input.shopCurrency,
    convertBgn: settings.convertBgn,
    former: input.shownPrice,
  });
  return price.kind === 'price'
    ? { quantity, missing, price: price.minor, priceRefused: null, refusedPrice: null }
    : { quantity, missing, price: null, priceRefused: price.reason, refusedPrice: price.minor };
}

function quantityOf(
  { storeId, readStartedAtMs, claims, ratio, fractional }: SkuInput,
  { stockBuffer, holdBack, warehouseReserves }: ExportSettings,
  objects: readonly ObjectQuantity[],
): PublishedQuantity {
  const reserves = warehouseReserves === true;
  return publishedQuantity({
    objects,
    readStartedAtMs,
    buffer: stockBuffer,
    // Unless the warehouse holds them back itself, which is found out by a trial.
    holdBack: holdBack === 'on' || (holdBack === 'auto' && !reserves),
    warehouseReserves: reserves,
    // The shop does not say from which store an order takes: every store gives its units up (CloudCart API 4.1).
    claims,
    ratio,
    // `qty` of a store must be a whole number (CloudCart API 4.16).
    fractional: fractional && storeId === OWN,
  });
}

/** Units at which a variant counts as nearly sold out. */
const LOW = 3;

/**
 * How urgent a change is, the lowest first: what must not be sold any more, what is nearly gone, what became cheaper, the
 * rest. Null: the shop shows all of it.
 */
export function urgencyOf(
  shown: { readonly quantity: string | null; readonly price: number | null },
  wanted: { readonly quantity: string | null; readonly price: number | null },
): 0 | 1 | 2 | 3 | null {
  const quantityChanges = wanted.quantity !== null && !sameQuantity(shown.quantity, wanted.quantity);
  const priceChanges = wanted.price !== null && wanted.price !== shown.price;
  if (quantityChanges) {
    const units = Number(wanted.quantity);
    if (units <= 0) return 0;
    const falls = shown.quantity === null || units < Number(shown.quantity);
    if (falls && units <= LOW) return 1;
  }
  if (priceChanges && shown.price !== null && (wanted.price ?? 0) < shown.price) return 2;
  return quantityChanges || priceChanges ? 3 : null;
}

function sameQuantity(one: string | null, other: string): boolean {
  const [left, right] = [parseDecimal(one ?? ''), parseDecimal(other)];
  return left !== undefined && right !== undefined && compare(left, right) === 0;
}

/** Does an order take something off now? Then the figure is worked out again with every read. */
export function isClaimed({ quantity }: Pick<DesiredSku, 'quantity'>): boolean {
  return (
    quantity?.terms.some(
      ({ kind, quantity: units }) =>
        kind !== 'object' && kind !== 'buffer' && compare(parseDecimal(units) ?? zero, zero) !== 0,
    ) === true
  );
}
