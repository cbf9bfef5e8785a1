import { z } from 'zod';
import type { Pool } from '../../../db/pool.ts';
import { askForReport } from '../../../db/queries/catalogue/match-run.ts';
import {
  type LinkRefusal,
  ignoreByHand,
  linkByHand,
  suggestionsOf,
  unlinkByHand,
} from '../../../db/queries/catalogue/links.ts';
import { type ReportsView, viewReports } from '../../../db/queries/catalogue/match-views.ts';
import { currentSettings } from '../../../db/queries/connections.ts';
import { parseDecimal } from '../../../domain/rational.ts';
import { ApiFailure } from '../failure.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from '../route.ts';
import { acceptedReply, doneReply, reportReply, rowsReply, startedReply } from './replies.ts';
import { shownReport } from './report.ts';
import { type ShownReport, rowFilter, rowsFile, rowsPage } from './rows.ts';

const one = z.strictObject({ id: connectionId });
const variantRow = z.string().regex(/^variant:[0-9]{1,18}$/, 'must be the row of a variant');
const anyRow = z.string().regex(/^(variant|item):[0-9]{1,18}$/, 'must be a row of the report');
const oneVariant = z.strictObject({ id: connectionId, row: variantRow });
const oneRow = z.strictObject({ id: connectionId, row: anyRow });
const reason = z.string().trim().min(1, 'must say why').max(500);
const why = z.strictObject({ reason });
const ratio = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be a number of base units')
  .refine((text) => parseDecimal(text)?.numerator !== 0n, 'must be more than 0')
  .default('1');

const start = route({
  method: 'post',
  path: '/api/connections/{id}/match',
  role: 'operator',
  summary:
    'Compares all goods of the shop with those of the warehouse; while that is under way it is not begun again',
  params: one,
  query: nothing,
  body: nothing,
  reply: startedReply,
  answer: async ({ pool, lookNow }, { params: { id }, by }) => {
    await known(pool, id);
    const asked = await askForReport(pool, id, by);
    if (asked === undefined) throw unknownConnection();
    // While Temporal is away it waits: the schedule begins what was asked for.
    lookNow('matches', id);
    return { report: asked.id, fresh: asked.fresh };
  },
});

const report = route({
  method: 'get',
  path: '/api/connections/{id}/match',
  role: 'viewer',
  summary:
    'The match report that is shown now: counts by state, when it was worked out, what changed; and the progress of the next one',
  params: one,
  query: nothing,
  body: nothing,
  reply: reportReply,
  answer: async ({ pool }, { params: { id } }) => shownReport(await known(pool, id)),
});

const rows = route({
  method: 'get',
  path: '/api/connections/{id}/match/rows',
  role: 'viewer',
  summary: 'Rows of the match report, filtered, searched and sorted, a page at a time',
  params: one,
  query: z.strictObject({
    ...rowFilter,
    after: z.string().max(1_000).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  body: nothing,
  reply: rowsReply,
  answer: async ({ pool }, { params: { id }, query }) =>
    rowsPage(pool, currentOf(await known(pool, id)), query),
});

const file = route({
  method: 'get',
  path: '/api/connections/{id}/match/rows.csv',
  role: 'viewer',
  summary: 'The same rows as a CSV file that opens well in Excel',
  params: one,
  query: z.strictObject(rowFilter),
  body: nothing,
  answer: async ({ pool }, { params: { id }, query }) =>
    rowsFile(pool, `match-${id}.csv`, currentOf(await known(pool, id)), query),
});

const link = route({
  method: 'post',
  path: '/api/connections/{id}/match/rows/{row}/link',
  role: 'operator',
  summary: 'Links a variant to an item; blocked orders with it are looked at again',
  params: oneVariant,
  query: nothing,
  body: z.strictObject({ itemId: z.int().min(1), ratio, reason }),
  reply: doneReply,
  answer: async (panel, { params: { id, row }, body: { itemId, ratio: units, reason: because }, by }) => {
    const links = [{ variantKey: row, itemId, ratio: units }];
    return done(
      panel,
      await linkByHand(panel.pool, await connected(panel.pool, id), links, { by, reason: because }),
    );
  },
});

const accept = route({
  method: 'post',
  path: '/api/connections/{id}/match/accept',
  role: 'operator',
  summary: 'Accepts the suggestions of the chosen rows, all or none: each is linked as if by hand',
  params: one,
  query: nothing,
  body: z.strictObject({ rows: z.array(variantRow).min(1).max(500), reason }),
  reply: acceptedReply,
  answer: async (panel, { params: { id }, body, by }) => {
    const connection = await connected(panel.pool, id);
    const links = await suggestionsOf(panel.pool, id, body.rows);
    if (links.length < new Set(body.rows).size)
      throw new ApiFailure(409, 'no_suggestion', 'One of the rows has no suggestion');
    done(panel, await linkByHand(panel.pool, connection, links, { by, reason: body.reason }));
    return { linked: links.length };
  },
});

const unlink = route({
  method: 'post',
  path: '/api/connections/{id}/match/rows/{row}/unlink',
  role: 'operator',
  summary:
    'Takes the link of a variant back, or refuses the one that is suggested: it is not linked to that item again by itself',
  params: oneVariant,
  query: nothing,
  body: why,
  reply: doneReply,
  answer: async (panel, { params: { id, row }, body, by }) =>
    done(panel, await unlinkByHand(panel.pool, await connected(panel.pool, id), row, { ...body, by })),
});

const ignore = (wanted: boolean) =>
  route({
    method: 'post',
    path: `/api/connections/{id}/match/rows/{row}/${wanted ? 'ignore' : 'unignore'}`,
    role: 'operator',
    summary: wanted ? 'Hides a row from what is to be done' : 'Shows a row again that was ignored',
    params: oneRow,
    query: nothing,
    body: why,
    reply: doneReply,
    answer: async (panel, { params: { id, row }, body, by }) =>
      done(
        panel,
        await ignoreByHand(panel.pool, await connected(panel.pool, id), row, wanted, { ...body, by }),
      ),
  });

/** Routes of the match report. */
export const matchRoutes: readonly Route[] = [
  ...[start, report, rows, file, accept, link, unlink, ignore(true), ignore(false)],
];

const refusals: Readonly<Record<LinkRefusal, readonly [status: number, title: string]>> = {
  unknown_row: [404, 'There is no such row'],
  unknown_item: [409, 'The warehouse has no such item'],
  item_deleted: [409, 'The item is deleted in the warehouse'],
  not_linked: [409, 'The variant is not linked, and nothing is suggested'],
  not_ignored: [409, 'The row is not ignored'],
};

function done({ onDue }: PanelDependencies, refusal: LinkRefusal | null): { done: true } {
  if (refusal !== null) {
    const [status, title] = refusals[refusal];
    throw new ApiFailure(status, refusal, title);
  }
  onDue();
  return { done: true };
}

function unknownConnection(): ApiFailure {
  return new ApiFailure(404, 'unknown_connection', 'There is no such connection');
}

async function known(pool: Pool, id: string): Promise<ReportsView> {
  const view = await viewReports(pool, id);
  if (view === undefined) throw unknownConnection();
  return view;
}

function currentOf({ current, priceList }: ReportsView): ShownReport {
  if (current === null) throw new ApiFailure(409, 'no_report', 'There is no match report yet: start one');
  return { id: current.id, priceList };
}

async function connected(pool: Pool, id: string) {
  const settings = await currentSettings(pool, id);
  if (settings === undefined) throw unknownConnection();
  return { id, settings };
}
