import { z } from 'zod';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { importRowKeys, storeChoices } from '../../../db/queries/catalogue/import-items.ts';
import {
  type ImportState,
  createPreview,
  createUndo,
  listImportRuns,
  moveRun,
  startRun,
  undoOf,
} from '../../../db/queries/catalogue/import-runs.ts';
import type { ImportSignal } from '../../../workflows/import/contract.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, nothing, route } from '../route.ts';
import { progressEvents } from './events.ts';
import { createdReply, doneReply, runReply, runsReply, startedReply } from './replies.ts';
import { importRowRoutes } from './row-routes.ts';
import {
  freshReport,
  isOneAtATime,
  known,
  notIn,
  oneConnection,
  oneRun,
  positive,
  preview,
  refOf,
  underWay,
  variant,
} from './runs.ts';
import { shownRun, viewRun } from './view.ts';

const list = route({
  method: 'get',
  path: '/api/connections/{id}/imports',
  role: 'viewer',
  summary: 'Imports of a connection and their undos, newest first',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: runsReply,
  answer: async ({ pool }, { params: { id } }) => ({ runs: (await listImportRuns(pool, id)).map(shownRun) }),
});

const create = route({
  method: 'post',
  path: '/api/connections/{id}/imports',
  role: 'operator',
  summary:
    'Works out the preview of an import from the present match report; nothing is written to the warehouse',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({
    measureId: positive.nullable().default(null),
    groupId: positive.nullable().default(null),
  }),
  reply: createdReply,
  answer: async ({ pool, imports }, { params: { id }, body: options, by }) => {
    const report = await freshReport(pool, id);
    const run = await inTransaction(pool, async (database) => {
      const created = await createPreview(database, id, { reportId: report, options, by });
      await audit(database, {
        ...{ by, connectionId: id, action: 'import.previewed', subject: String(created) },
        after: options,
      });
      return created;
    });
    // While Temporal is away it waits: what was asked for is started later.
    await imports.start({ connection: id, run }).catch(() => undefined);
    return { id: run };
  },
});

const view = route({
  method: 'get',
  path: '/api/connections/{id}/imports/{run}',
  role: 'viewer',
  summary: 'One import: how far it is, counts by action, reason and outcome, and what can be done with it',
  params: oneRun,
  query: nothing,
  body: nothing,
  reply: runReply,
  answer: async ({ pool }, { params }) => viewRun(pool, await known(pool, params)),
});

const events = route({
  method: 'get',
  path: '/api/connections/{id}/imports/{run}/events',
  role: 'viewer',
  summary: 'Progress as server-sent events until the import is over; goes on after a lost connection',
  params: oneRun,
  query: nothing,
  body: nothing,
  answer: async ({ pool }, { params, lastEventId }) =>
    progressEvents(pool, refOf(await known(pool, params)), lastEventId),
});

const start = route({
  method: 'post',
  path: '/api/connections/{id}/imports/{run}/start',
  role: 'operator',
  summary: 'Starts a previewed import with its selected rows, or with the named ones only',
  params: oneRun,
  query: nothing,
  body: z.strictObject({
    /** Only these; else all that are selected. */
    rows: z.array(variant).min(1).max(5_000).optional(),
    backupMade: z.literal(true, 'back the company up in micro.bg first, then say true'),
  }),
  reply: startedReply,
  answer: async ({ pool, imports }, { params, body, by }) => {
    const run = await preview(pool, params);
    const started = await inTransaction(pool, async (database) => {
      if (body.rows !== undefined) {
        const all = await importRowKeys(database, run.id, {});
        const chosen = new Set(body.rows);
        await storeChoices(
          database,
          run.id,
          all.map((variantKey) => ({ variantKey, selected: chosen.has(variantKey) })),
        );
      }
      const begun = await startRun(database, run.id, by).catch((error: unknown) => {
        if (isOneAtATime(error)) throw underWay();
        throw error;
      });
      if (begun === undefined) throw notIn(run.state);
      await audit(database, {
        ...{ by, connectionId: run.connectionId, action: 'import.started', subject: String(run.id) },
        after: { rows: begun.rows, backupMade: true },
      });
      return begun;
    });
    await imports.signal(refOf(run), 'start').catch(() => undefined);
    return { rows: started.rows };
  },
});

const moves = {
  pause: [['running'], 'paused', 'Pauses an import after the rows that are under way'],
  resume: [['paused'], 'running', 'Goes on with a paused import'],
  cancel: [['running', 'paused'], 'cancelled', 'Ends an import; what is done stays, and can be taken back'],
} as const satisfies Record<string, readonly [readonly ImportState[], ImportState, string]>;

const steer = (wish: keyof typeof moves): Route =>
  route({
    method: 'post',
    path: `/api/connections/{id}/imports/{run}/${wish}`,
    role: 'operator',
    summary: moves[wish][2],
    params: oneRun,
    query: nothing,
    body: nothing,
    reply: doneReply,
    answer: async ({ pool, imports }, { params, by }) => {
      const run = await known(pool, params);
      await inTransaction(pool, async (database) => {
        const [from, to] = moves[wish];
        const begun = wish !== 'cancel' || run.startedAt !== null;
        const moved = begun
          ? await moveRun(database, run.id, from, to)
          : await moveRun(database, run.id, ['planning', 'preview'], 'discarded');
        if (!moved) throw notIn(run.state);
        await audit(database, {
          ...{ by, connectionId: run.connectionId, action: `import.${wish}`, subject: String(run.id) },
        });
      });
      await imports.signal(refOf(run), wish satisfies ImportSignal).catch(() => undefined);
      return { done: true };
    },
  });

const undo = route({
  method: 'post',
  path: '/api/connections/{id}/imports/{run}/undo',
  role: 'operator',
  summary:
    'Takes an import back: deletes what it created and nobody uses, restores what it changed and nobody changed since',
  params: oneRun,
  query: nothing,
  body: nothing,
  reply: createdReply,
  answer: async ({ pool, imports }, { params, by }) => {
    const run = await known(pool, params);
    if (run.kind === 'undo' || run.startedAt === null || !['finished', 'cancelled'].includes(run.state))
      throw notIn(run.state);
    const undone = await inTransaction(pool, async (database) => {
      if ((await undoOf(database, run.id)) !== undefined)
        throw new ApiFailure(409, 'already_undone', 'This import has been taken back already');
      const created = await createUndo(database, run, by).catch((error: unknown) => {
        if (isOneAtATime(error)) throw underWay();
        throw error;
      });
      if (created.rows === 0) throw new ApiFailure(409, 'nothing_to_undo', 'This import has changed nothing');
      await audit(database, {
        ...{ by, connectionId: run.connectionId, action: 'import.undone', subject: String(run.id) },
        after: { run: created.id, rows: created.rows },
      });
      return created.id;
    });
    await imports.start({ connection: run.connectionId, run: undone }).catch(() => undefined);
    return { id: undone };
  },
});

/** The files stand before the addresses that would take their names for an id. */
export const importRoutes: readonly Route[] = [
  ...[list, create, ...importRowRoutes, view, events, start],
  ...[steer('pause'), steer('resume'), steer('cancel'), undo],
];
