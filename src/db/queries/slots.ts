import type { Queryable } from '../pool.ts';

/**
 * Takes or keeps one of `capacity` places of a resource. A place is free when its lease ran out; the present
 * holder keeps its own. Answers false when all are taken.
 */
export async function takeSlot(
  database: Queryable,
  slot: {
    readonly resource: string;
    readonly capacity: number;
    readonly holder: string;
    readonly leaseMs: number;
  },
): Promise<boolean> {
  const result = await database.query({
    name: 'take-slot',
    text: `insert into slot as s (resource, number, holder, lease_until)
           select $1, number, $3, clock_timestamp() + make_interval(secs => $4 / 1000.0) from (
             select place as number from generate_series(1, $2::int) place
             left join slot taken on taken.resource = $1 and taken.number = place
             where taken.holder is null or taken.holder = $3 or taken.lease_until <= clock_timestamp()
             order by (taken.holder is not distinct from $3) desc, place limit 1) free
           on conflict (resource, number) do update set holder = excluded.holder, lease_until = excluded.lease_until
             where s.holder = excluded.holder or s.lease_until <= clock_timestamp()
           returning number`,
    values: [slot.resource, slot.capacity, slot.holder, slot.leaseMs],
  });
  return result.rowCount === 1;
}

/** Gives a place back. */
export async function freeSlot(database: Queryable, resource: string, holder: string): Promise<void> {
  await database.query({
    name: 'free-slot',
    text: `update slot set lease_until = '-infinity' where resource = $1 and holder = $2`,
    values: [resource, holder],
  });
}

/** Says that somebody waits for a place, for `forMs`: background work of other processes then gives it back. */
export async function wantSlot(database: Queryable, resource: string, forMs: number): Promise<void> {
  await database.query({
    name: 'want-slot',
    text: `update slot set wanted_until = clock_timestamp() + make_interval(secs => $2 / 1000.0)
           where resource = $1 and wanted_until < clock_timestamp() + make_interval(secs => $2 / 2000.0)`,
    values: [resource, forMs],
  });
}

/** Does somebody wait for a place? */
export async function isWanted(database: Queryable, resource: string): Promise<boolean> {
  const result = await database.query({
    name: 'is-slot-wanted',
    text: `select 1 from slot where resource = $1 and wanted_until > clock_timestamp() limit 1`,
    values: [resource],
  });
  return result.rowCount === 1;
}
