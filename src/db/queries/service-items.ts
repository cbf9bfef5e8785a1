import type { ServiceRole } from '../../domain/connection/suggestions.ts';
import type { Queryable } from '../pool.ts';

/** A service item that somebody wants made. */
export interface WantedService {
  readonly id: number;
  readonly role: ServiceRole;
  readonly name: string;
  /** VAT in percent, decimal text. */
  readonly taxRate: string;
  readonly taxGroup: number;
  readonly measureId: number;
  /** Stored before the first call; by it the item is known again. */
  readonly code: string;
  readonly state: 'asked' | 'sent' | 'made' | 'refused';
  readonly itemId: number | null;
  readonly refusal: string | null;
}

const COLUMNS = `id, role, name, tax_rate as "taxRate", tax_group as "taxGroup", measure_id as "measureId", code, state,
  item_id as "itemId", refusal`;

/** All that were ever wanted of a connection, newest first. */
export async function listServices(database: Queryable, connectionId: string): Promise<WantedService[]> {
  const { rows } = await database.query<WantedService>({
    name: 'list-services',
    text: `select ${COLUMNS} from service_item where connection_id = $1 order by id desc limit 100`,
    values: [connectionId],
  });
  return rows;
}

/** Those that are not made yet, oldest first. */
export async function openServices(database: Queryable, connectionId: string): Promise<WantedService[]> {
  const { rows } = await database.query<WantedService>({
    name: 'open-services',
    text: `select ${COLUMNS} from service_item
           where connection_id = $1 and state in ('asked', 'sent') order by id`,
    values: [connectionId],
  });
  return rows;
}

/**
 * Stores that a service item is wanted. One that is on its way already is answered instead: two clicks make one item.
 */
export async function wantService(
  database: Queryable,
  connectionId: string,
  wanted: Pick<WantedService, 'role' | 'name' | 'taxRate' | 'taxGroup' | 'measureId'>,
  by: string,
): Promise<{ readonly service: WantedService; readonly isNew: boolean }> {
  const { role, name, taxRate, taxGroup, measureId } = wanted;
  const made = await database.query<WantedService>({
    name: 'want-service',
    // Digits only: whether a code may hold other signs is not known. Nine of them, far above a merchant's own.
    text: `insert into service_item as s (connection_id, role, name, tax_rate, tax_group, measure_id, asked_by, code)
           select $1, $2, $3, $4, $5, $6, $7,
             (970000000 + ('x' || left(md5($1 || ':' || $2 || ':' || $4 || ':' || count(*)), 6))::bit(24)::int % 9999999)::text
           from service_item where connection_id = $1
           on conflict (connection_id, role, tax_rate) where state in ('asked', 'sent') do nothing
           returning ${COLUMNS}`,
    values: [connectionId, role, name, taxRate, taxGroup, measureId, by],
  });
  const [row] = made.rows;
  if (row !== undefined) return { service: row, isNew: true };
  const open = await openServices(database, connectionId);
  const known = open.find((each) => each.role === role && each.taxRate === taxRate);
  if (known === undefined) throw new Error('a service item was neither stored nor on its way');
  return { service: known, isNew: false };
}

/** The request is about to leave. */
export async function markServiceSent(database: Queryable, id: number): Promise<void> {
  await database.query(`update service_item set state = 'sent' where id = $1 and state = 'asked'`, [id]);
}

/** The item is there, by this id; its service is known to the settings' look-ups with the next walk. */
export async function markServiceMade(database: Queryable, id: number, itemId: number): Promise<void> {
  await database.query(
    `update service_item set state = 'made', item_id = $2, done_at = clock_timestamp()
     where id = $1 and state in ('asked', 'sent')`,
    [id, itemId],
  );
}

/** The warehouse does not want it, and there is none of its code. */
export async function markServiceRefused(database: Queryable, id: number, refusal: string): Promise<void> {
  await database.query(
    `update service_item set state = 'refused', refusal = $2, done_at = clock_timestamp()
     where id = $1 and state in ('asked', 'sent')`,
    [id, refusal],
  );
}
