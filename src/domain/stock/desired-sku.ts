import type { ConnectionSettings } from '../connection/settings.ts';
import { compare, parseDecimal, zero } from '../rational.ts';
import { type PriceRefusal, publishedPrice } from './price.ts';
import { type OrderClaim, type PublishedQuantity, publishedQuantity } from './published-quantity.ts';

/** What the figures of a variant follow from, beside the settings. */
export interface SkuInput {
  readonly quantities: readonly { readonly objectId: number; readonly quantity: string }[];
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

/** What the shop should show of a variant; null: nothing is said of it. */
export interface DesiredSku {
  readonly quantity: PublishedQuantity | null;
  readonly price: number | null;
  /** Why no price is said, where one is wanted. */
  readonly priceRefused: PriceRefusal | null;
  /** The price that was refused, minor units, as far as it could be worked out. */
  readonly refusedPrice: number | null;
}

export type ExportSettings = Pick<
  ConnectionSettings,
  | 'stockObjects'
  | 'stockBuffer'
  | 'holdBack'
  | 'warehouseReserves'
  | 'exportQuantities'
  | 'exportPrices'
  | 'priceList'
  | 'shopPricesWithVat'
  | 'convertBgn'
>;

/** Objects whose quantities are asked for; 0 stands for all of them together. */
export function objectsOf({ stockObjects }: Pick<ConnectionSettings, 'stockObjects'>): readonly number[] {
  return stockObjects === 'all' ? [0] : stockObjects;
}

/**
 * Quantity and price that the shop should show. A quantity needs an answer of every object: an item that one of them never
 * showed says nothing.
 */
export function desiredSku(input: SkuInput, settings: ExportSettings): DesiredSku {
  const objects = objectsOf(settings).map((objectId) =>
    input.quantities.find((each) => each.objectId === objectId),
  );
  const complete = objects.filter((each) => each !== undefined);
  const reserves = settings.warehouseReserves === true;
  const quantity =
    settings.exportQuantities && complete.length === objects.length
      ? publishedQuantity({
          objects: complete,
          readStartedAtMs: input.readStartedAtMs,
          buffer: settings.stockBuffer,
          // Unless the warehouse holds them back itself, which is found out by a trial.
          holdBack: settings.holdBack === 'on' || (settings.holdBack === 'auto' && !reserves),
          warehouseReserves: reserves,
          claims: input.claims,
          ratio: input.ratio,
          fractional: input.fractional,
        })
      : null;
  if (!settings.exportPrices || settings.priceList === null)
    return { quantity, price: null, priceRefused: null, refusedPrice: null };
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
    ? { quantity, price: price.minor, priceRefused: null, refusedPrice: null }
    : { quantity, price: null, priceRefused: price.reason, refusedPrice: price.minor };
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
export function isClaimed({ quantity }: DesiredSku): boolean {
  return (
    quantity?.terms.some(
      ({ kind, quantity: units }) =>
        kind !== 'object' && kind !== 'buffer' && compare(parseDecimal(units) ?? zero, zero) !== 0,
    ) === true
  );
}
