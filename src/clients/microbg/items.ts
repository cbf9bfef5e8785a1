import type { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { canonicalDecimal, JsonNumber } from '../json.ts';
import type { Caller } from './call.ts';
import { type Cursor, cursorParameters, type Page, pageOf } from './paging.ts';
import { sameCode, toWritten, type Written } from './partners.ts';
import { itemRow, writtenRow } from './schemas.ts';

/** Another code of an item, standing for `ratio` base units: a six-pack has 6 (micro.bg API 3.5). */
export interface AddCode {
  readonly code: string;
  /** 1 code, 2 barcode. */
  readonly codeType: number | null;
  readonly measureId: number | null;
  /** Decimal text. */
  readonly ratio: string;
}

/** An item or service (micro.bg API 3.5). Decimals are text. */
export interface Item {
  readonly id: number;
  readonly code: string;
  readonly barcode: string;
  readonly name: string;
  /** A service: no stock. */
  readonly isService: boolean;
  readonly taxGroup: number | null;
  /** Percent; null when the answer does not carry it. */
  readonly taxRate: string | null;
  readonly measureId: number | null;
  readonly measureName: string;
  readonly groupId: number | null;
  /** Purchase price, up to seven decimals and more. */
  readonly priceIn: string | null;
  /** Price lists 1 to 10 at index 0 to 9, in the VAT mode that was asked for. */
  readonly prices: readonly (string | null)[];
  readonly deleted: boolean;
  /** Europe/Sofia wall time. */
  readonly updatedAt: string | null;
  readonly addCodes: readonly AddCode[];
}

/** Fields to write; absent ones are not sent. `PriceIn` and `AddCodes` cannot be written (micro.bg API 3.5). */
export interface ItemWrite {
  readonly code?: string;
  readonly barcode?: string;
  readonly name?: string;
  readonly isService?: boolean;
  readonly taxGroup?: number;
  readonly measureId?: number;
  readonly groupId?: number;
  /** Price list number (1 to 10) to decimal text; its VAT mode is that of the company. */
  readonly prices?: Readonly<Record<number, string>>;
  readonly description?: string;
  readonly deleted?: boolean;
}

/** One criterion of {@link findItems}. */
export type ItemSearch = { readonly id: number } | { readonly code: string } | { readonly barcode: string };

/**
 * Finds items by one criterion (micro.bg API 3.5). Rows that carry the value neither as their own nor as an
 * extra code are dropped, should a server ignore the filter.
 */
export async function findItems(
  caller: Caller,
  search: ItemSearch,
  pricesWithVat: boolean,
): Promise<Answer<readonly Item[]>> {
  const parameters = { ...searchParameters(search), PricesWithVat: Number(pricesWithVat) };
  const answer = await caller.list({ fn: 'getItems', parameters }, itemRow);
  if (answer.kind !== 'ok') return answer;
  const all = answer.value.map(toItem);
  const matching = all.filter((item) => matches(item, search));
  if (matching.length === all.length) return { ...answer, value: matching };
  return { ...answer, value: matching, warnings: [...(answer.warnings ?? []), 'filter_not_applied'] };
}

/** One page of items, changed since `fromDate` when given; the VAT mode is always sent (micro.bg API 3.5). */
export async function getItemsPage(
  caller: Caller,
  cursor: Cursor,
  filter: { readonly pricesWithVat: boolean; readonly fromDate?: string },
): Promise<Answer<Page<Item>>> {
  const parameters = {
    fromDate: filter.fromDate,
    ...cursorParameters(cursor),
    PricesWithVat: Number(filter.pricesWithVat),
  };
  const answer = await caller.list({ fn: 'getItems', parameters }, itemRow);
  return mapAnswer(answer, (list) => pageOf(list.map(toItem), cursor));
}

/**
 * Creates an item. Not idempotent: search by code and barcode first (micro.bg API 2). Without a code the server
 * assigns one; with a code a collision is refused.
 */
export async function insertItem(
  caller: Caller,
  item: ItemWrite & { readonly name: string; readonly taxGroup: number; readonly measureId: number },
): Promise<Answer<Written>> {
  const parameters = { AutoGenerateCode: item.code === undefined ? 1 : 0 };
  const answer = await caller.write({ fn: 'insertItem', parameters, data: toWire(item) }, writtenRow);
  return mapAnswer(answer, toWritten);
}

/** Changes only the given fields; safe to repeat (micro.bg API 3.5). */
export async function editItem(caller: Caller, id: number, changes: ItemWrite): Promise<Answer<Written>> {
  const answer = await caller.write({ fn: 'editItem', data: { id, ...toWire(changes) } }, writtenRow);
  return mapAnswer(answer, toWritten);
}

/** Deletes an unused item, marks a used one as deleted (micro.bg API 3.5). */
export async function deleteItem(caller: Caller, id: number): Promise<Answer<null>> {
  return caller.erase({ fn: 'deleteItem', parameters: { Id: id } });
}

function searchParameters(search: ItemSearch): Record<string, unknown> {
  if ('id' in search) return { Id: search.id };
  return 'code' in search ? { Code: search.code } : { Barcode: search.barcode };
}

function matches(item: Item, search: ItemSearch): boolean {
  if ('id' in search) return item.id === search.id;
  const [own, wanted] = 'code' in search ? [item.code, search.code] : [item.barcode, search.barcode];
  return sameCode(own, wanted) || item.addCodes.some((extra) => sameCode(extra.code, wanted));
}

function toItem(row: z.output<typeof itemRow>): Item {
  const prices = Array.from({ length: 10 }, (_, index) => {
    const value = row[`PriceOut${index + 1}`];
    return typeof value === 'string' ? (canonicalDecimal(value) ?? null) : null;
  });
  return {
    id: row.id,
    code: row.Code,
    barcode: row.Barcode,
    name: row.Name,
    isService: row.NotStorable,
    taxGroup: row.TaxGroup,
    taxRate: row.TaxValue,
    measureId: row.MeasureId,
    measureName: row.MeasureName,
    groupId: row.GroupId,
    priceIn: row.PriceIn,
    prices,
    deleted: row.Deleted,
    updatedAt: row.DateUpdated,
    addCodes: row.AddCodes.map((extra) => ({
      code: extra.Code,
      codeType: extra.CodeType,
      measureId: extra.MeasureId,
      ratio: extra.Ratio,
    })),
  };
}

function toWire(item: ItemWrite): Record<string, unknown> {
  const prices = Object.entries(item.prices ?? {}).map(
    ([list, price]) => [`PriceOut${list}`, new JsonNumber(price)] as const,
  );
  return {
    Code: item.code,
    Name: item.name,
    Barcode: item.barcode,
    NotStorable: item.isService === undefined ? undefined : Number(item.isService),
    TaxGroup: item.taxGroup,
    GroupId: item.groupId,
    MeasureId: item.measureId,
    ...Object.fromEntries(prices),
    Description: item.description,
    Deleted: item.deleted === undefined ? undefined : Number(item.deleted),
  };
}
