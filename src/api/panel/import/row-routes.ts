import { z } from 'zod';
import { inTransaction, type Pool } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import {
  type RowChange,
  importRowKeys,
  listImportRows,
  storeChoices,
} from '../../../db/queries/catalogue/import-items.ts';
import { replanRows } from '../../../db/queries/catalogue/import-plans.ts';
import type { ImportRun } from '../../../db/queries/catalogue/import-runs.ts';
import { CsvStream } from '../csv.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, nothing, route } from '../route.ts';
import { readChoices } from './choices-file.ts';
import { changedReply, rowsReply } from './replies.ts';
import { known, oneRun, positive, preview, variant } from './runs.ts';
import { shownRow } from './view.ts';

const filter = {
  action: z.enum(['create', 'update', 'link', 'skip', 'delete', 'restore', 'unlink']).optional(),
  state: z.enum(['planned', 'done', 'failed', 'left']).optional(),
  outcome: z.string().max(40).optional(),
  reason: z.string().max(40).optional(),
  search: z.string().max(200).optional(),
};

const rows = route({
  method: 'get',
  path: '/api/connections/{id}/imports/{run}/rows',
  role: 'viewer',
  summary: 'Rows of an import: what is done about each variant, or why nothing is, and what came of it',
  params: oneRun,
  query: z.strictObject({
    ...filter,
    after: variant.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  body: nothing,
  reply: rowsReply,
  answer: async ({ pool }, { params, query: { after = '', limit, ...by } }) => {
    const { id } = await known(pool, params);
    const found = await listImportRows(pool, id, by, { after, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      rows: page.map(shownRow),
      next: found.length > limit ? (page.at(-1)?.variantKey ?? null) : null,
    };
  },
});

const file = route({
  method: 'get',
  path: '/api/connections/{id}/imports/{run}/rows.csv',
  role: 'viewer',
  summary:
    'The rows as a CSV file; the columns variant, selected, vat, measure and group can be changed and sent back',
  params: oneRun,
  query: z.strictObject(filter),
  body: nothing,
  answer: async ({ pool }, { params, query }) => {
    const { id } = await known(pool, params);
    const columns = [
      'variant',
      'sku',
      'name',
      'action',
      'selected',
      'vat',
      'measure',
      'group',
      'price',
      'item',
    ];
    return new CsvStream(
      `import-${params.id}-${id}.csv`,
      [...columns, 'reason', 'before', 'after', 'state', 'outcome', 'error'],
      linesOf(pool, id, query),
    );
  },
});

async function* linesOf(pool: Pool, runId: number, by: Parameters<typeof listImportRows>[2]) {
  for (let after = ''; ;) {
    const page = await listImportRows(pool, runId, by, { after, limit: 1_000 });
    for (const line of page) {
      const {
        variant: key,
        sku,
        name,
        action,
        selected,
        vat,
        measureId,
        groupId,
        price,
        itemId,
        why,
        ...rest
      } = shownRow(line);
      const changes = (side: 'before' | 'after') => rest.changes.map((change) => change[side]).join(' | ');
      yield [
        ...[key, sku, name, action, selected ? 'yes' : 'no', vat, measureId, groupId, price, itemId],
        ...[
          why?.bg ?? '',
          changes('before'),
          changes('after'),
          rest.state,
          rest.result?.bg ?? '',
          rest.error,
        ],
      ];
    }
    const last = page.at(-1)?.variantKey;
    if (last === undefined || page.length < 1_000) return;
    after = last;
  }
}

const set = z
  .strictObject({
    selected: z.boolean().optional(),
    vat: z
      .string()
      .regex(/^\d{1,2}(\.\d{1,2})?$/, 'must be a percentage')
      .nullable()
      .optional(),
    measureId: positive.nullable().optional(),
    groupId: positive.nullable().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');

const change = route({
  method: 'patch',
  path: '/api/connections/{id}/imports/{run}/rows',
  role: 'operator',
  summary:
    'Chooses rows of a preview, or their VAT, measure and group; named rows, or all that a filter finds',
  params: oneRun,
  query: nothing,
  body: z
    .strictObject({
      rows: z.array(variant).min(1).max(5_000).optional(),
      filter: z
        .strictObject({ action: filter.action, reason: filter.reason, search: filter.search })
        .optional(),
      set,
    })
    .refine((body) => (body.rows === undefined) !== (body.filter === undefined), {
      path: ['rows'],
      message: 'name either rows or a filter',
    }),
  reply: changedReply,
  answer: async ({ pool }, { params, body, by }) => {
    const run = await preview(pool, params);
    const keys = body.rows ?? (await importRowKeys(pool, run.id, body.filter ?? {}));
    const { selected, vat: taxRate, measureId, groupId } = body.set;
    const changes = keys.map((variantKey) => ({ variantKey, selected, taxRate, measureId, groupId }));
    return { changed: await saveChoices(pool, run, changes, by) };
  },
});

const upload = route({
  method: 'put',
  path: '/api/connections/{id}/imports/{run}/rows.csv',
  role: 'operator',
  summary: 'The same from a CSV file, all or none: a wrong line is named with its field and nothing is saved',
  params: oneRun,
  query: nothing,
  body: z.string().min(1),
  reply: changedReply,
  answer: async ({ pool }, { params, body, by }) => {
    const run = await preview(pool, params);
    return { changed: await saveChoices(pool, run, readChoices(body), by) };
  },
});

/** All of them or none. @throws {ApiFailure} when a row is none of the preview. */
async function saveChoices(
  pool: Pool,
  run: ImportRun & { readonly account: NonNullable<ImportRun['account']> },
  changes: readonly RowChange[],
  by: string,
): Promise<number> {
  return inTransaction(pool, async (database) => {
    const keys = await storeChoices(database, run.id, changes);
    const there = new Set(keys);
    const missing = changes.find(({ variantKey }) => !there.has(variantKey));
    if (missing !== undefined)
      throw new ApiFailure(400, 'unknown_row', 'A row is none of this preview; nothing was saved', {
        [missing.variantKey]: 'is not in the preview',
      });
    await replanRows(database, run, keys);
    await audit(database, {
      ...{ by, connectionId: run.connectionId, action: 'import.chosen', subject: String(run.id) },
      after: changes.length === 1 ? changes[0] : { rows: changes.length },
    });
    return keys.length;
  });
}

/** Rows of imports. The files stand before what would take their names for an id. */
export const importRowRoutes: readonly Route[] = [file, upload, rows, change];
