import type { Queryable } from '../pool.ts';

/** Is there a counter of ids for this application? Without one its highest id must be looked up first. */
export async function hasIdCounter(database: Queryable, warehouseApiId: string): Promise<boolean> {
  const result = await database.query({
    name: 'has-id-counter',
    text: 'select 1 from ext_id_counter where warehouse_api_id = $1',
    values: [warehouseApiId],
  });
  return result.rowCount === 1;
}

/** The row that holds where the latest sequence began; no application is called so. */
const LATEST_START = '';

/**
 * Starts the sequence of ids of an application, unless it has begun: at `firstId` or later, and `apart` behind the
 * start of every other one. Two shops of one company, each with its own application, would use the same ids otherwise,
 * and the warehouse shows the documents of both under an id (micro.bg API 6.1).
 */
export async function startIdCounter(
  database: Queryable,
  warehouseApiId: string,
  firstId: number,
  apart: number,
): Promise<void> {
  await database.query(
    `with start as (
       insert into ext_id_counter (warehouse_api_id, next_id) values ($4, $2)
       on conflict (warehouse_api_id) do update set next_id = greatest(ext_id_counter.next_id + $3, excluded.next_id)
       returning next_id),
     begun as (
       insert into ext_id_counter (warehouse_api_id, next_id) select $1, next_id from start
       on conflict (warehouse_api_id) do nothing returning next_id)
     insert into ext_id_range (first_id, warehouse_api_id) select next_id, $1 from begun`,
    [warehouseApiId, firstId, apart, LATEST_START],
  );
}

/** Takes a sequence that ran into the ids of another one away from there, behind everything that we ever started. */
export async function leapIdCounter(
  database: Queryable,
  warehouseApiId: string,
  apart: number,
): Promise<void> {
  await database.query(
    `with start as (
       insert into ext_id_counter (warehouse_api_id, next_id)
       select $3, next_id + $2 from ext_id_counter where warehouse_api_id = $1
       on conflict (warehouse_api_id) do update set next_id = greatest(ext_id_counter.next_id + $2, excluded.next_id)
       returning next_id),
     stretch as (insert into ext_id_range (first_id, warehouse_api_id) select next_id, $1 from start)
     update ext_id_counter set next_id = start.next_id from start where warehouse_api_id = $1`,
    [warehouseApiId, apart, LATEST_START],
  );
}

/** Starts the sequence of ids, or moves it up: never down. */
export async function raiseIdCounter(
  database: Queryable,
  warehouseApiId: string,
  nextId: number,
): Promise<void> {
  await database.query(
    `insert into ext_id_counter (warehouse_api_id, next_id) values ($1, $2)
     on conflict (warehouse_api_id) do update set next_id = greatest(ext_id_counter.next_id, excluded.next_id)`,
    [warehouseApiId, nextId],
  );
}
