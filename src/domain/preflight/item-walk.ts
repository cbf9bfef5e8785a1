import type { ItemLookups, ServiceChoice } from '../connection/lookups.ts';

/** What the walk needs of one item of the warehouse. */
export interface WalkedItem {
  readonly id: number;
  readonly name: string;
  readonly isService: boolean;
  readonly deleted: boolean;
  readonly taxRate: string | null;
  readonly measureId: number | null;
  readonly measureName: string;
  /** Price lists 1 to 10 at index 0 to 9. */
  readonly prices: readonly (string | null)[];
}

/** How far a walk over all items is, and what its pages showed so far. Fits into one row, however many items there are. */
export interface ItemWalk {
  /** Where the next page begins, as the client wants it back; null before the first. */
  readonly cursor: unknown;
  readonly items: number;
  readonly services: readonly ServiceChoice[];
  readonly measures: Readonly<Record<number, { readonly name: string; readonly items: number }>>;
  /** Items with a price in each list. */
  readonly priced: readonly number[];
  /** Pairs of lists, `1=2`, that no item has told apart yet. */
  readonly equal: readonly string[];
}

const LISTS = 10;
/** A warehouse has a handful; more would only make the row long. */
const MOST_SERVICES = 500;

/** A walk that has seen nothing. */
export function emptyWalk(): ItemWalk {
  const pairs = Array.from({ length: LISTS }, (_, high) =>
    Array.from({ length: high }, (_none, low) => `${low + 1}=${high + 1}`),
  );
  return {
    ...{ cursor: null, items: 0, services: [], measures: {} },
    priced: Array.from({ length: LISTS }, () => 0),
    equal: pairs.flat(),
  };
}

/** The walk after one more page. Deleted items count for nothing. */
export function walkOn(walk: ItemWalk, page: readonly WalkedItem[], cursor: unknown): ItemWalk {
  const measures = { ...walk.measures };
  const priced = [...walk.priced];
  const services = [...walk.services];
  let equal = walk.equal;
  let items = walk.items;
  for (const item of page) {
    if (item.deleted) continue;
    items += 1;
    const { id, name, taxRate } = item;
    if (item.isService && services.length < MOST_SERVICES) services.push({ id, name, taxRate });
    if (item.measureId !== null) {
      const known = measures[item.measureId];
      measures[item.measureId] = { name: known?.name ?? item.measureName, items: (known?.items ?? 0) + 1 };
    }
    const prices = Array.from({ length: LISTS }, (_, index) => amount(item.prices[index]));
    for (const [index, price] of prices.entries())
      if (price !== '0') priced[index] = (priced[index] ?? 0) + 1;
    equal = equal.filter((pair) => {
      const [low, high] = pair.split('=').map(Number);
      return prices[(low ?? 1) - 1] === prices[(high ?? 1) - 1];
    });
  }
  return { cursor, items, services, measures, priced, equal };
}

/** Canonical decimals are equal as text; a missing price is none. */
function amount(price: string | null | undefined): string {
  return price === null || price === undefined || Number(price) <= 0 ? '0' : price;
}

/** What the whole walk showed. */
export function lookupsOfWalk(walk: ItemWalk, readAt: string): ItemLookups {
  return {
    services: walk.services.toSorted((a, b) => a.name.localeCompare(b.name, 'bg')),
    measures: Object.entries(walk.measures)
      .map(([id, measure]) => ({ id: Number(id), ...measure }))
      .toSorted((a, b) => b.items - a.items),
    priceLists: walk.priced.map((priced, index) => ({
      list: index + 1,
      priced,
      sameAs: priced === 0 ? null : sameAs(walk.equal, index + 1),
    })),
    items: walk.items,
    readAt,
  };
}

function sameAs(equal: readonly string[], list: number): number | null {
  const lower = equal.map((pair) => pair.split('=').map(Number)).filter(([, high]) => high === list);
  return lower.reduce<number | null>((first, [low = 0]) => Math.min(first ?? low, low), null);
}
