import type { ImportAccount } from '../../../domain/catalogue/import-plan.ts';
import type { Queryable } from '../../pool.ts';

export type ImportState =
  | 'planning'
  | 'preview'
  | 'running'
  | 'paused'
  | 'finished'
  | 'cancelled'
  | 'discarded';

/** Chosen for a whole import; null: the rule decides. */
export interface ImportOptions {
  readonly measureId: number | null;
  readonly groupId: number | null;
}

/** An import, or the undo of one. */
export interface ImportRun {
  readonly id: number;
  readonly connectionId: string;
  readonly kind: 'import' | 'undo';
  readonly undoOf: number | null;
  readonly state: ImportState;
  readonly reportId: number | null;
  readonly options: ImportOptions;
  readonly account: ImportAccount | null;
  /** The last row that the preview reached, by its key. */
  readonly plannedTo: string;
  /** Why there is no preview. */
  readonly problem: string | null;
  readonly batches: number | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedBy: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = `id, connection_id as "connectionId", kind, undo_of as "undoOf", state, report_id as "reportId", options, account,
  planned_to as "plannedTo", problem, batches, created_by as "createdBy", created_at as "createdAt",
  started_by as "startedBy", started_at as "startedAt", finished_at as "finishedAt"`;

/** A run of a connection; undefined: there is none. */
export async function readImportRun(
  database: Queryable,
  connectionId: string,
  runId: number,
): Promise<ImportRun | undefined> {
  const result = await database.query<ImportRun>({
    name: 'read-import-run',
    text: `select ${columns} from import_run where connection_id = $1 and id = $2`,
    values: [connectionId, runId],
  });
  return result.rows[0];
}

/** The newest runs of a connection, newest first. */
export async function listImportRuns(database: Queryable, connectionId: string): Promise<ImportRun[]> {
  const result = await database.query<ImportRun>(
    `select ${columns} from import_run where connection_id = $1 order by id desc limit 50`,
    [connectionId],
  );
  return result.rows;
}

/** Runs whose workflow must be under way; it is started again where Temporal was away. */
export async function importsUnderWay(
  database: Queryable,
): Promise<{ readonly connection: string; readonly run: number }[]> {
  const result = await database.query<{ connection: string; run: number }>({
    name: 'imports-under-way',
    text: `select connection_id as connection, id as run from import_run
           where state in ('planning', 'running', 'paused') order by id limit 200`,
  });
  return result.rows;
}

/** Begins a preview; an older one that nobody started is discarded. Call it in a transaction. */
export async function createPreview(
  database: Queryable,
  connectionId: string,
  {
    reportId,
    options,
    by,
  }: { readonly reportId: number; readonly options: ImportOptions; readonly by: string },
): Promise<number> {
  await database.query(
    `update import_run set state = 'discarded', finished_at = clock_timestamp()
     where connection_id = $1 and state in ('planning', 'preview')`,
    [connectionId],
  );
  const result = await database.query<{ id: number }>(
    `insert into import_run (connection_id, kind, state, report_id, options, created_by)
     values ($1, 'import', 'planning', $2, $3, $4) returning id`,
    [connectionId, reportId, JSON.stringify(options), by],
  );
  return result.rows[0]?.id ?? 0;
}

/** Stores what the account said. */
export async function storeAccount(
  database: Queryable,
  runId: number,
  account: ImportAccount,
): Promise<void> {
  await database.query(`update import_run set account = $2, problem = null where id = $1`, [
    runId,
    JSON.stringify(account),
  ]);
}

/** The preview is complete. */
export async function finishPreview(database: Queryable, runId: number): Promise<void> {
  await database.query(`update import_run set state = 'preview' where id = $1 and state = 'planning'`, [
    runId,
  ]);
}

/** Why the preview cannot be worked out now; it is tried again. */
export async function storePreviewProblem(
  database: Queryable,
  runId: number,
  problem: string,
): Promise<void> {
  await database.query(`update import_run set problem = $2 where id = $1 and state = 'planning'`, [
    runId,
    problem,
  ]);
}

/** Rows of a batch: small enough that a person sees the tree grow, large enough that its history is cheap. */
export const BATCH_ROWS = 100;

/** Starts a previewed run with its selected rows, in batches. Undefined: it is no preview. Call it in a transaction. */
export async function startRun(
  database: Queryable,
  runId: number,
  by: string,
): Promise<{ readonly rows: number } | undefined> {
  const started = await database.query(
    `update import_run set state = 'running', started_by = $2, started_at = clock_timestamp()
     where id = $1 and state = 'preview'`,
    [runId, by],
  );
  return started.rowCount === 1 ? { rows: await divideIntoBatches(database, runId) } : undefined;
}

async function divideIntoBatches(database: Queryable, runId: number): Promise<number> {
  await database.query(
    `update import_item set state = 'left' where run_id = $1 and (action = 'skip' or not selected)`,
    [runId],
  );
  let rows = 0;
  let batches = 0;
  for (let after: string | null = ''; after !== null; batches += 1) {
    const divided = await fillBatch(database, runId, batches + 1, after);
    if (divided.rows === 0) break;
    rows += divided.rows;
    after = divided.last;
  }
  await database.query(`update import_run set batches = $2 where id = $1`, [runId, batches]);
  return rows;
}

/**
 * The next rows of a run become a batch. By their range and not by a join: PostgreSQL knows nothing of rows that were just
 * inserted, takes them for one, and would join 10,000 of them with themselves row by row.
 */
async function fillBatch(
  database: Queryable,
  runId: number,
  batch: number,
  after: string,
): Promise<{ readonly rows: number; readonly last: string | null }> {
  const result = await database.query<{ rows: number; last: string | null }>({
    name: 'fill-import-batch',
    text: `with filled as (
             update import_item set batch = $2
             where run_id = $1 and state = 'planned' and variant_key > $3 and variant_key <= (
               select max(variant_key) from (
                 select variant_key from import_item where run_id = $1 and state = 'planned' and variant_key > $3
                 order by variant_key limit $4) page)
             returning variant_key)
           select count(*) as rows, max(variant_key) as last from filled`,
    values: [runId, batch, after, BATCH_ROWS],
  });
  return result.rows[0] ?? { rows: 0, last: null };
}

/**
 * Begins to take an import back: what it created is to be deleted, what it changed restored, what it linked unlinked. It runs
 * at once. Call it in a transaction. Answers the new run, and how many rows it has.
 */
export async function createUndo(
  database: Queryable,
  run: Pick<ImportRun, 'id' | 'connectionId' | 'reportId' | 'options'>,
  by: string,
): Promise<{ readonly id: number; readonly rows: number }> {
  const result = await database.query<{ id: number }>(
    `insert into import_run (connection_id, kind, undo_of, state, report_id, options, created_by, started_by, started_at)
     values ($1, 'undo', $2, 'running', $3, $4, $5, $5, clock_timestamp()) returning id`,
    [run.connectionId, run.id, run.reportId, JSON.stringify(run.options), by],
  );
  const id = result.rows[0]?.id ?? 0;
  await database.query(
    `insert into import_item (run_id, variant_key, connection_id, action, item, changes, item_id, ratio, matched_by, sku, name, linked)
     select $2, variant_key, connection_id,
            case outcome when 'created' then 'delete' when 'updated' then 'restore' else 'unlink' end,
            item, changes, item_id, ratio, matched_by, sku, name, linked
     from import_item where run_id = $1 and outcome in ('created', 'updated', 'linked', 'adopted')`,
    [run.id, id],
  );
  return { id, rows: await divideIntoBatches(database, id) };
}

/** Has this import been taken back, or is that under way? */
export async function undoOf(database: Queryable, runId: number): Promise<number | undefined> {
  const result = await database.query<{ id: number }>(
    `select id from import_run where undo_of = $1 and state <> 'cancelled' limit 1`,
    [runId],
  );
  return result.rows[0]?.id;
}

/** Moves a run from one of some states to another; false: it is in none of them. */
export async function moveRun(
  database: Queryable,
  runId: number,
  from: readonly ImportState[],
  to: ImportState,
): Promise<boolean> {
  const result = await database.query({
    name: 'move-import-run',
    text: `update import_run set state = $3,
             finished_at = case when $3 in ('finished', 'cancelled', 'discarded') then clock_timestamp() end
           where id = $1 and state = any($2)`,
    values: [runId, from, to],
  });
  return result.rowCount === 1;
}

/** What was not reached stays as it is, and says so. */
export async function leaveRest(database: Queryable, runId: number): Promise<void> {
  await database.query(`update import_item set state = 'left' where run_id = $1 and state = 'planned'`, [
    runId,
  ]);
}

/**
 * When the shop's goods changed last, as far as we know: read by a webhook, announced by one, or linked by hand. A preview
 * needs a report that is newer.
 */
export async function changedSinceReport(
  database: Queryable,
  connectionId: string,
  report: { readonly id: number; readonly startedAt: Date; readonly finishedAt: Date },
): Promise<boolean> {
  const result = await database.query({
    name: 'changed-since-report',
    text: `select 1 where
             exists (select 1 from shop_variant where connection_id = $1
                     and (read_at > $3 or gone_at > $3))
             or exists (select 1 from webhook_delivery
                        where connection_id = $1 and event like 'product.%' and received_at > $2 and closed_at is null)
             or exists (select 1 from import_item i join import_run r on r.id = i.run_id
                        where r.connection_id = $1 and r.finished_at > $2 and r.state in ('finished', 'cancelled')
                          and i.outcome in ('created', 'updated', 'adopted', 'linked', 'deleted', 'restored', 'unlinked'))`,
    values: [connectionId, report.startedAt, report.finishedAt],
  });
  return result.rowCount === 1;
}

/** Orders that wait for an item are looked at again at once. Answers how many. */
export async function wakeOrdersForItems(database: Queryable, connectionId: string): Promise<number> {
  const result = await database.query({
    name: 'wake-orders-for-items',
    text: `update shop_order o set due_at = clock_timestamp(), due_reason = 'items linked'
           where o.connection_id = $1 and o.state = 'blocked' and exists (
             select 1 from problem p where p.connection_id = o.connection_id and p.shop_order_id = o.shop_order_id
               and p.resolved_at is null and p.code in ('sku_not_matched', 'item_deleted', 'bundle_without_parts'))`,
    values: [connectionId],
  });
  return result.rowCount ?? 0;
}
