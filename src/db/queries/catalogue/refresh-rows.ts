import type { ConnectionSettings } from '../../../domain/connection/settings.ts';
import { foldCode } from '../../../domain/catalogue/codes.ts';
import { ItemIndex } from '../../../domain/catalogue/item-index.ts';
import {
  type KnownLink,
  type Match,
  goneMatch,
  matchLoneItem,
  matchVariant,
  policyOf,
} from '../../../domain/catalogue/match.ts';
import { ignored, rowKeys } from '../../../domain/catalogue/report-row.ts';
import { serviceItemIds } from '../../../domain/catalogue/service-items.ts';
import type { Queryable } from '../../pool.ts';
import {
  type ItemInput,
  type VariantInput,
  goneVariants,
  ignoredRows,
  itemsOfCodes,
  knownLinks,
  variantsOf,
} from './match-inputs.ts';
import { type NewMatchRow, countAnew, reportsToKeep, rowsOf, writeRows } from './match-writes.ts';

/** More variants of one SKU than these are left to the next report. */
const SIBLINGS = 200;

/**
 * Brings the rows of these variants and items up to date, in the report that everybody reads and in the one that is being
 * worked out: after a link by hand, a product's webhook, or an import. What else depends on them comes along: variants with
 * the same SKU, and items that nobody stands for any more. The rest waits for the next report.
 */
export async function refreshRows(
  database: Queryable,
  connection: { readonly id: string; readonly settings: ConnectionSettings },
  changed: { readonly variantKeys: readonly string[]; readonly itemIds?: readonly number[] },
): Promise<void> {
  const { current, next } = await reportsToKeep(database, connection.id);
  if (current === null) return;
  const before = await rowsOf(database, current, changed.variantKeys);
  const variants = await variantsOf(database, connection.id, changed.variantKeys, SIBLINGS);
  const keys = [...new Set([...changed.variantKeys, ...variants.map(({ variantKey }) => variantKey)])];
  const links = await knownLinks(database, connection.id, keys);
  const itemIds = [
    ...(changed.itemIds ?? []),
    ...[...links.values()].map(({ itemId }) => itemId),
    ...before.flatMap(({ itemId }) => itemId ?? []),
  ];
  const codes = variants.flatMap(({ sku, barcode }) => [foldCode(sku), foldCode(barcode)]);
  const items = await itemsOfCodes(database, connection.id, connection.settings.priceList, codes, itemIds);
  const facts = { variants, links, items, ignoredKeys: await ignoredRows(database, connection.id) };
  const gone = await goneVariants(database, connection.id, keys);
  for (const report of next === null ? [current] : [current, next]) {
    const place = { id: report, before: report, connectionId: connection.id };
    const rows = await matchedRows(database, report, connection.settings, facts);
    const goneRows = gone.map((each) => rowOf(each, goneMatch(each), items, facts.ignoredKeys));
    const all = [...rows, ...goneRows];
    const vanished = keys.filter((key) => !all.some(({ rowKey }) => rowKey === key));
    await writeRows(database, place, all);
    await settleLoneItems(database, place, connection.settings, {
      items,
      vanished,
      ignoredKeys: facts.ignoredKeys,
    });
  }
  await countAnew(database, current);
}

interface Facts {
  readonly variants: readonly VariantInput[];
  readonly links: ReadonlyMap<string, KnownLink>;
  readonly items: readonly ItemInput[];
  readonly ignoredKeys: ReadonlySet<string>;
}

async function matchedRows(
  database: Queryable,
  report: number,
  settings: ConnectionSettings,
  { variants, links, items, ignoredKeys }: Facts,
): Promise<NewMatchRow[]> {
  const policy = policyOf(settings);
  const index = new ItemIndex(policy.leadingZeros, items);
  const skus = new Map<string, number>();
  for (const { sku } of variants) skus.set(sku, (skus.get(sku) ?? 0) + 1);
  const claimed = await claimsOf(database, report, items, variants);
  return variants.map((variant) => {
    const neighbours = {
      sameSku: (sku: string) => (sku === '' ? 0 : (skus.get(sku) ?? 0)),
      // Those of other variants, and its own.
      claims: (itemId: number, ratio: string) => (claimed.get(`${itemId}:${ratio}`) ?? 0) + 1,
    };
    const match = matchVariant(variant, links.get(variant.variantKey), index, neighbours, policy);
    return rowOf(variant, match, items, ignoredKeys);
  });
}

function rowOf(
  variant: Pick<VariantInput, 'variantKey' | 'productName' | 'options' | 'sku' | 'barcode'>,
  match: Match,
  items: readonly ItemInput[],
  ignoredKeys: ReadonlySet<string>,
): NewMatchRow {
  const { variantKey } = variant;
  const shown = match.itemId ?? match.suggestedItemId;
  const item = items.find(({ id }) => id === shown) ?? null;
  const row = ignoredKeys.has(variantKey) ? ignored(match) : match;
  return { rowKey: variantKey, variantKey, ...row, ...rowKeys({ variant, item }) };
}

/** How many other variants stand for these items, by item and ratio. */
async function claimsOf(
  database: Queryable,
  report: number,
  items: readonly ItemInput[],
  variants: readonly VariantInput[],
): Promise<Map<string, number>> {
  const { rows } = await database.query<{ claim: string; count: number }>({
    name: 'claims-of-items',
    text: `select warehouse_item_id || ':' || ratio as claim, count(*) as count from match_row
           where report_id = $1 and warehouse_item_id = any($2) and variant_key is not null
             and state in ('synchronised', 'will_link') and variant_key <> all($3) group by 1`,
    values: [report, items.map(({ id }) => id), variants.map(({ variantKey }) => variantKey)],
  });
  return new Map(rows.map(({ claim, count }) => [claim, count]));
}

/** An item has a row of its own exactly while no variant's row names it, unless it stands for no goods. */
async function settleLoneItems(
  database: Queryable,
  place: Parameters<typeof writeRows>[1],
  settings: ConnectionSettings,
  {
    items,
    vanished,
    ignoredKeys,
  }: {
    readonly items: readonly ItemInput[];
    readonly vanished: readonly string[];
    readonly ignoredKeys: ReadonlySet<string>;
  },
): Promise<void> {
  await database.query({
    name: 'remove-vanished-rows',
    text: 'delete from match_row where report_id = $1 and row_key = any($2)',
    values: [place.id, vanished],
  });
  const { rows } = await database.query<{ id: number }>({
    name: 'items-with-variants',
    text: `select distinct warehouse_item_id as id from match_row
           where report_id = $1 and warehouse_item_id = any($2) and variant_key is not null`,
    values: [place.id, items.map(({ id }) => id)],
  });
  const spokenFor = new Set([...rows.map(({ id }) => id), ...serviceItemIds(settings)]);
  const lone = items.filter((item) => !item.deleted && !spokenFor.has(item.id));
  const others = items.filter((item) => !lone.includes(item));
  await database.query({
    name: 'remove-vanished-rows',
    text: 'delete from match_row where report_id = $1 and row_key = any($2)',
    values: [place.id, others.map(({ id }) => `item:${id}`)],
  });
  await writeRows(
    database,
    place,
    lone.map((item) => {
      const rowKey = `item:${item.id}`;
      const match = matchLoneItem(item);
      const row = ignoredKeys.has(rowKey) ? ignored(match) : match;
      return { rowKey, variantKey: null, ...row, ...rowKeys({ variant: null, item }) };
    }),
  );
}
