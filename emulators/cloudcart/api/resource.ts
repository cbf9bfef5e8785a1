import { plainDate, utcDate } from '../clock.ts';
import type { Shop } from '../shop.ts';
import type { TableName } from '../store/database.ts';
import type { AnyRow } from '../store/table.ts';
import type { WriteBody } from './write-body.ts';

/** How a date column is written: without a zone, or ISO 8601 with +00:00 (CloudCart API 4). */
export type DateForm = 'plain' | 'utc';

/** A relationship of a resource. */
export interface Relation {
  readonly type: string;
  readonly many: boolean;
  readonly ids: (row: AnyRow, shop: Shop) => readonly (number | string)[];
  /** Linkage is shown even when nothing is included. */
  readonly always?: boolean;
}

/** A resource of the API: what it shows, takes and refuses (CloudCart API 3 and 4). */
export interface Resource {
  readonly type: string;
  readonly table: TableName;
  readonly methods: readonly ('GET' | 'POST' | 'PATCH' | 'DELETE')[];
  readonly dates?: Readonly<Record<string, DateForm>>;
  readonly attributes?: (row: AnyRow, shop: Shop) => Record<string, unknown>;
  readonly relations?: Readonly<Record<string, Relation>>;
  readonly includes?: readonly string[];
  readonly sorts?: readonly string[];
  /** Filters beside the columns. */
  readonly filters?: Readonly<Record<string, (row: AnyRow, value: string, shop: Shop) => boolean>>;
  /** Columns that can be filtered by although they are hidden, or that rows do not carry. */
  readonly moreColumns?: readonly string[];
  /** With one of these the answer is one record (CloudCart API 3.2). */
  readonly singleFilters?: readonly string[];
  readonly appends?: readonly string[];
  /** Content of the appended `meta`. */
  readonly meta?: (row: AnyRow) => Readonly<Record<string, unknown>>;
  readonly app?: 'stores' | 'grocery_store';
  readonly visible?: (row: AnyRow, shop: Shop) => boolean;
  readonly listed?: (row: AnyRow, shop: Shop) => boolean;
  readonly create?: (shop: Shop, body: WriteBody) => AnyRow;
  readonly update?: (shop: Shop, row: AnyRow, body: WriteBody) => void;
  readonly remove?: (shop: Shop, row: AnyRow) => void;
}

/** Columns of a row as the API shows them: hidden ones dropped, dates written out, overrides on top. */
export function plainAttributes(
  row: AnyRow,
  shop: Shop,
  dates: Readonly<Record<string, DateForm>> = {},
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const column in row) {
    if (column === 'id' || column.startsWith('_')) continue;
    const value = row[column];
    const form = dates[column];
    result[column] =
      form !== undefined && typeof value === 'number'
        ? form === 'utc'
          ? utcDate(value)
          : plainDate(value, shop.switches.dateZone)
        : value;
  }
  return result;
}

/** Attributes of a row in its resource, overrides included. */
export function attributesOf(resource: Resource, row: AnyRow, shop: Shop): Record<string, unknown> {
  const attributes = resource.attributes?.(row, shop) ?? plainAttributes(row, shop, resource.dates);
  const verbatim = row['_verbatim'];
  return verbatim ? Object.assign(attributes, verbatim) : attributes;
}

/** Relationship to the rows of a table that name this row in `column`. */
export function rowsOf(type: TableName, column: string): Relation {
  return {
    type,
    many: true,
    ids: (row, shop) =>
      shop.db
        .generic(type)
        .by(column, row.id)
        .map((each) => each.id),
  };
}

/** Relationship to the row that `column` names. */
export function linkTo(type: TableName, column: string, always = false): Relation {
  return {
    type,
    many: false,
    always,
    ids: (row, shop) => {
      const id = row[column];
      const known = (typeof id === 'number' || typeof id === 'string') && shop.db.generic(type).get(id);
      return known ? [known.id] : [];
    },
  };
}
