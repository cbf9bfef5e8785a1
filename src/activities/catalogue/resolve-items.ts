import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { Item, ItemSearch } from '../../clients/microbg/items.ts';
import { sameCode } from '../../clients/microbg/partners.ts';
import { type LinkedItem, type MatchedBy, findLinks, storeLink } from '../../db/queries/items.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import type { DocumentItem } from '../../domain/order/lines.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import { type PassContext, askWarehouse, valueOf } from '../order/context.ts';

/** Facts of an item are read again after this time: the VAT of a line is the item's. */
const MAX_AGE_MS = 6 * 3_600_000;

/** The warehouse items that the lines and the service lines of an order stand for. Missing ones are left out. */
export interface OrderItems {
  readonly items: Readonly<Record<string, DocumentItem>>;
  readonly serviceItems: Readonly<Record<number, DocumentItem>>;
}

interface Wanted {
  readonly variantKey: string;
  /** What to look for, best match first: SKU = code, then barcode = barcode, then extra codes. */
  readonly searches: readonly ItemSearch[];
}

/** Items from stored links; what is not linked yet, or was read long ago, is looked up in the warehouse. */
export async function resolveItems(
  pass: PassContext,
  order: CloudcartOrder,
  settings: ConnectionSettings,
): Promise<OrderItems> {
  const services = serviceItemIds(settings);
  const wanted = new Map<string, Wanted>([
    ...order.lines.map((line): [string, Wanted] => [variantKey(line), wantedOf(line)]),
    ...services.map((id): [string, Wanted] => [
      `item:${id}`,
      { variantKey: `item:${id}`, searches: [{ id }] },
    ]),
  ]);
  const links = await pass.io.db('find-links', (database) =>
    findLinks(database, pass.key.connectionId, [...wanted.keys()]),
  );
  const known = new Map(links.map((link) => [link.variantKey, link]));
  const found = new Map<string, DocumentItem>();
  for (const each of wanted.values()) {
    const link = known.get(each.variantKey);
    const current = link !== undefined && link.ageMs < MAX_AGE_MS ? link : await lookUp(pass, each, link);
    if (current !== undefined && !current.deleted) found.set(each.variantKey, toDocumentItem(current));
  }
  const entries = <K>(keys: readonly K[], name: (key: K) => string): [K, DocumentItem][] =>
    keys.flatMap((key) => {
      const item = found.get(name(key));
      return item === undefined ? [] : [[key, item] as [K, DocumentItem]];
    });
  return {
    items: Object.fromEntries(entries([...found.keys()], (key) => key)),
    serviceItems: Object.fromEntries(entries(services, (id) => `item:${id}`)),
  };
}

/** Every item that may stand for delivery, discount, fee or rounding. */
function serviceItemIds({ serviceItems }: ConnectionSettings): number[] {
  const { delivery, discount, fee, rounding, byRate, feeByName } = serviceItems;
  const tables = [byRate?.delivery, byRate?.discount, byRate?.fee, feeByName];
  const all = [delivery, discount, fee, rounding, ...tables.flatMap((table) => Object.values(table ?? {}))];
  return [...new Set(all.filter((id) => typeof id === 'number'))];
}

function wantedOf(line: CloudcartOrder['lines'][number]): Wanted {
  const sku = line.sku.trim();
  const barcode = line.barcode.trim();
  return {
    variantKey: variantKey(line),
    searches: [...(sku === '' ? [] : [{ code: sku }]), ...(barcode === '' ? [] : [{ barcode }])],
  };
}

async function lookUp(
  pass: PassContext,
  wanted: Wanted,
  former: LinkedItem | undefined,
): Promise<Omit<LinkedItem, 'ageMs'> | undefined> {
  // A confirmed link survives renames: then only the item's facts are read again.
  const searches: readonly ItemSearch[] = former === undefined ? wanted.searches : [{ id: former.itemId }];
  for (const search of searches) {
    const answer = await askWarehouse(pass, 'getItems', () => pass.warehouse.findItems(search, true));
    const match = chooseItem(valueOf(pass, answer) ?? [], search);
    if (match === undefined) continue;
    const link = toLink(wanted.variantKey, match.item, former?.ratio ?? match.ratio);
    await pass.io.db('store-link', (database) => storeLink(database, pass.key.connectionId, link, match.by));
    return link;
  }
  return undefined;
}

interface Match {
  readonly item: Item;
  readonly by: MatchedBy;
  readonly ratio: string;
}

/** One item, or none: several under one code are never chosen from. Own codes come before extra ones. */
function chooseItem(found: readonly Item[], search: ItemSearch): Match | undefined {
  const live = found.filter((item) => !item.deleted);
  if ('id' in search) return only(found.map((item) => ({ item, by: 'manual', ratio: '1' })));
  const [text, by] = 'code' in search ? [search.code, 'code' as const] : [search.barcode, 'barcode' as const];
  const own = live.filter((item) => sameCode(by === 'code' ? item.code : item.barcode, text));
  if (own.length > 0) return only(own.map((item) => ({ item, by, ratio: '1' })));
  return only(
    live.flatMap((item) =>
      item.addCodes
        .filter((extra) => sameCode(extra.code, text))
        .map((extra) => ({ item, by: 'extra_code' as const, ratio: extra.ratio })),
    ),
  );
}

function only(matches: readonly Match[]): Match | undefined {
  return matches.length === 1 ? matches[0] : undefined;
}

function toLink(key: string, item: Item, ratio: string): Omit<LinkedItem, 'ageMs'> {
  return {
    variantKey: key,
    itemId: item.id,
    ratio,
    code: item.code,
    name: item.name,
    taxValue: item.taxRate ?? '0',
    notStorable: item.isService,
    deleted: item.deleted,
  };
}

function toDocumentItem({ itemId, taxValue, ratio }: Omit<LinkedItem, 'ageMs'>): DocumentItem {
  return { itemId, taxRate: taxValue, ratio };
}
