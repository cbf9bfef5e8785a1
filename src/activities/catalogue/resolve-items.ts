import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { Item, ItemSearch } from '../../clients/microbg/items.ts';
import {
  type LinkedItem,
  type MatchedBy,
  findLinks,
  linkHindrances,
  storeLink,
} from '../../db/queries/items.ts';
import { type VariantCodes, chooseItem } from '../../domain/catalogue/choose-item.ts';
import { ItemIndex } from '../../domain/catalogue/item-index.ts';
import { serviceItemIds } from '../../domain/catalogue/service-items.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import type { DocumentItem } from '../../domain/order/lines.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import { type PassContext, askWarehouse, valueOf } from '../order/context.ts';
import { extraCodesOf } from './item-facts.ts';

/** Facts of an item are read again after this time: the VAT of a line is the item's. */
const MAX_AGE_MS = 6 * 3_600_000;

/** The warehouse items that the lines and the service lines of an order stand for. Missing ones are left out. */
export interface OrderItems {
  readonly items: Readonly<Record<string, DocumentItem>>;
  readonly serviceItems: Readonly<Record<number, DocumentItem>>;
}

interface Wanted {
  readonly variantKey: string;
  /** What to look for: both codes, because one may contradict the other. */
  readonly searches: readonly ItemSearch[];
  /** Undefined for a service item: the settings name it. */
  readonly codes: VariantCodes | undefined;
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
      { variantKey: `item:${id}`, searches: [{ id }], codes: undefined },
    ]),
  ]);
  const links = await pass.io.db('find-links', (database) =>
    findLinks(database, pass.key.connectionId, [...wanted.keys()]),
  );
  const known = new Map(links.map((link) => [link.variantKey, link]));
  const found = new Map<string, DocumentItem>();
  for (const each of wanted.values()) {
    const link = known.get(each.variantKey);
    const current =
      link !== undefined && link.ageMs < MAX_AGE_MS ? link : await lookUp(pass, each, link, settings);
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

function wantedOf(line: CloudcartOrder['lines'][number]): Wanted {
  const sku = line.sku.trim();
  const barcode = line.barcode.trim();
  return {
    variantKey: variantKey(line),
    searches: [...(sku === '' ? [] : [{ code: sku }]), ...(barcode === '' ? [] : [{ barcode }])],
    codes: { sku, barcode },
  };
}

async function lookUp(
  pass: PassContext,
  wanted: Wanted,
  former: LinkedItem | undefined,
  { matching }: ConnectionSettings,
): Promise<Omit<LinkedItem, 'ageMs'> | undefined> {
  // A confirmed link survives renames: then only the item's facts are read again.
  const searches: readonly ItemSearch[] = former === undefined ? wanted.searches : [{ id: former.itemId }];
  const found = new Map<number, Item>();
  for (const search of searches) {
    const answer = await askWarehouse(pass, 'getItems', () => pass.warehouse.findItems(search, true));
    for (const item of valueOf(pass, answer) ?? []) found.set(item.id, item);
  }
  const match = await chooseLink(pass, wanted, [...found.values()], former, matching);
  if (match === undefined) return undefined;
  const link = toLink(wanted.variantKey, match.item, match.ratio);
  await pass.io.db('store-link', (database) => storeLink(database, pass.key.connectionId, link, match.by));
  return link;
}

interface Match {
  readonly item: Item;
  readonly by: MatchedBy;
  readonly ratio: string;
}

/** One item, or none: the policy is that of the match report. */
async function chooseLink(
  pass: PassContext,
  { variantKey: key, codes }: Wanted,
  found: readonly Item[],
  former: LinkedItem | undefined,
  { crossMatch, leadingZeros }: ConnectionSettings['matching'],
): Promise<Match | undefined> {
  const [only] = found;
  if (former !== undefined || codes === undefined)
    return only === undefined ? undefined : { item: only, by: 'manual', ratio: former?.ratio ?? '1' };
  if (only === undefined) return undefined;
  const { sharing, refused } = await pass.io.db('link-hindrances', (database) =>
    linkHindrances(database, pass.key.connectionId, key, codes.sku),
  );
  if (sharing > 1) return undefined;
  const index = new ItemIndex(
    leadingZeros,
    found.map((item) => ({ ...item, extraCodes: extraCodesOf(item), item })),
  );
  const choice = chooseItem(codes, index, { crossMatch, refused });
  return choice.kind === 'one' ? { item: choice.item.item, by: choice.by, ratio: choice.ratio } : undefined;
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
