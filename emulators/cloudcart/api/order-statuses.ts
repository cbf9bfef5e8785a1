import type { Shop } from '../shop.ts';
import type { ApiAnswer } from './engine.ts';
import { textOf } from './query.ts';

/** The status picker: not JSON:API, not paged, filtered by text or column (CloudCart API 4.12). */
export function orderStatuses(shop: Shop, params: URLSearchParams): ApiAnswer {
  let rows = shop.db.tables['order-status'].all();
  for (const [name, value] of params) {
    const column = /^filter\[([^\]]+)\]$/.exec(name)?.[1];
    if (column !== undefined) {
      rows = rows.filter((row) => textOf((row as Readonly<Record<string, unknown>>)[column]) === value);
    } else if (name === 'filter') {
      const wanted = value.toLowerCase();
      rows = rows.filter((row) => row.name.toLowerCase().includes(wanted) || row.slug.includes(wanted));
    }
  }
  return { status: 200, body: { data: rows } };
}
