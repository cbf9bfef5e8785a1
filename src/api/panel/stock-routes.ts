import { z } from 'zod';
import { inTransaction } from '../../db/pool.ts';
import { audit } from '../../db/queries/audit.ts';
import { readCard } from '../../db/queries/connection-edits.ts';
import { readSettingsVersion } from '../../db/queries/connections.ts';
import { askForCycle, pauseExport } from '../../db/queries/stock/export-control.ts';
import { decideFinding } from '../../db/queries/stock/findings.ts';
import { skuFacts } from '../../db/queries/stock/sku-facts.ts';
import {
  type StockRow,
  listCycles,
  listFindings,
  listStock,
  stockStates,
  viewExport,
  writesOf,
} from '../../db/queries/stock/stock-views.ts';
import { desiredSku } from '../../domain/stock/desired-sku.ts';
import { findingTexts, heldTexts } from '../../domain/stock/finding-texts.ts';
import { findingCodes } from '../../domain/stock/guards.ts';
import { OWN, skuKey } from '../../domain/stock/sku-key.ts';
import { known } from './connections/known.ts';
import { ApiFailure } from './failure.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from './route.ts';
import {
  cyclesReply,
  doneReply,
  findingsReply,
  pausedReply,
  stockReply,
  variantReply,
} from './stock-replies.ts';

const oneConnection = z.strictObject({ id: connectionId });
const variantKey = z.string().regex(/^variant:[0-9]{1,15}$/, 'must be variant: and digits');
const after = z
  .string()
  .regex(/^variant:[0-9]{1,15}(@[0-9]{1,15})?$/, 'must be what the page before answered as next');
/** The variant's own figure is 0. */
const store = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const reason = z.string().trim().min(1, 'is empty').max(500, 'must have at most 500 characters');
const CYCLES = 200;
const FINDINGS = 200;
const WRITES = 50;

const list = route({
  method: 'get',
  path: '/api/connections/{id}/stock',
  role: 'viewer',
  summary:
    'Every variant, and each of the stores that sell it, with what the shop shows, what it should show and the whole sum behind that',
  params: oneConnection,
  query: z.strictObject({
    state: z.enum(stockStates).optional(),
    search: z.string().trim().toLowerCase().max(200).default(''),
    store: store.optional(),
    after: after.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  body: nothing,
  reply: stockReply,
  answer: async (
    panel,
    { params: { id }, query: { state, search, store: only, after: from = '', limit } },
  ) => {
    const words = search.split(/\s+/).filter((word) => word !== '');
    const filter = { state, words, after: from, limit: limit + 1, store: only };
    const rows = await listStock(panel.pool, id, filter);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const { warehouseCurrency: _warehouse, shopCurrency: _shop, ...view } = await viewExport(panel.pool, id);
    return {
      ...view,
      stock: await withSums(panel, id, page),
      next: rows.length > limit && last !== undefined ? keyOf(last) : null,
    };
  },
});

const one = route({
  method: 'get',
  path: '/api/connections/{id}/stock/{variant}',
  role: 'viewer',
  summary: 'One variant, or what a store has of it, with its sum and its last writes',
  params: z.strictObject({ id: connectionId, variant: variantKey }),
  query: z.strictObject({ store: store.default(OWN) }),
  body: nothing,
  reply: variantReply,
  answer: async (panel, { params: { id, variant }, query: { store: only } }) => {
    const filter = { words: [], after: '', limit: 1, only: variant, store: only };
    const [row] = await withSums(panel, id, await listStock(panel.pool, id, filter));
    if (row === undefined)
      throw new ApiFailure(404, 'unknown_variant', 'No stock of this variant is exported');
    return { ...row, writes: await writesOf(panel.pool, id, { variantKey: variant, storeId: only }, WRITES) };
  },
});

const cycles = route({
  method: 'get',
  path: '/api/connections/{id}/stock/cycles',
  role: 'viewer',
  summary: 'The newest 200 cycles of the export with their figures',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: cyclesReply,
  answer: async ({ pool }, { params: { id } }) => ({ cycles: await listCycles(pool, id, CYCLES) }),
});

const findings = route({
  method: 'get',
  path: '/api/connections/{id}/stock/findings',
  role: 'viewer',
  summary: 'What looked wrong in the warehouse, with evidence; what stands keeps back what it is about',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: findingsReply,
  answer: async ({ pool }, { params: { id } }) => ({
    findings: (await listFindings(pool, id, FINDINGS)).map((finding) => {
      const code = findingCodes.find((each) => each === finding.code);
      return { ...finding, ...(code === undefined ? {} : wordsOf(findingTexts[code])) };
    }),
  }),
});

const decide = (state: 'accepted' | 'rejected'): Route =>
  route({
    method: 'post',
    path: `/api/connections/{id}/stock/findings/{finding}/${state === 'accepted' ? 'accept' : 'reject'}`,
    role: 'operator',
    summary:
      state === 'accepted'
        ? 'It is right: it goes to the shop with the next cycle'
        : 'It is wrong: it stays back until the warehouse says something else',
    params: z.strictObject({
      id: connectionId,
      finding: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    }),
    query: nothing,
    body: z.strictObject({ reason }),
    reply: doneReply,
    answer: async ({ pool, exportNow }, { params: { id, finding }, body, by }) => {
      await inTransaction(pool, async (database) => {
        const decided = await decideFinding(database, id, finding, { state, by, reason: body.reason });
        if (!decided) throw new ApiFailure(404, 'unknown_finding', 'There is nothing to decide any more');
        await audit(database, {
          ...{ by, connectionId: id, action: `stock.finding_${state}`, subject: String(finding) },
          reason: body.reason,
        });
      });
      if (state === 'accepted') exportNow(id);
      return { done: true as const };
    },
  });

const run = route({
  method: 'post',
  path: '/api/connections/{id}/stock/run',
  role: 'operator',
  summary: 'Begins a cycle of the export now; one that runs is followed by another',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: doneReply,
  answer: async ({ pool, exportNow }, { params: { id } }) => {
    const { mode } = known(await readCard(pool, id));
    if (mode === 'off') throw new ApiFailure(409, 'connection_off', 'The connection is off');
    if (!(await askForCycle(pool, id))) throw new ApiFailure(409, 'export_paused', 'The export is paused');
    exportNow(id);
    return { done: true as const };
  },
});

const pause = route({
  method: 'post',
  path: '/api/connections/{id}/stock/pause',
  role: 'operator',
  summary: 'Nothing of stock and prices goes to the shop until it is resumed',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({ reason }),
  reply: pausedReply,
  answer: (panel, { params: { id }, body, by }) => setPaused(panel, id, { by, reason: body.reason }),
});

const resume = route({
  method: 'post',
  path: '/api/connections/{id}/stock/resume',
  role: 'operator',
  summary: 'The export goes on',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: pausedReply,
  answer: (panel, { params: { id }, by }) => setPaused(panel, id, { by, reason: null }),
});

/** The fixed addresses stand before the one that would take their name for a variant. */
export const stockRoutes: readonly Route[] = [
  ...[list, cycles, findings, decide('accepted'), decide('rejected')],
  ...[run, pause, resume, one],
];

async function setPaused(
  { pool, exportNow }: PanelDependencies,
  id: string,
  { by, reason: why }: { readonly by: string; readonly reason: string | null },
) {
  known(await readCard(pool, id));
  const paused = why !== null;
  await inTransaction(pool, async (database) => {
    if (!(await pauseExport(database, id, paused ? by : null)))
      throw paused
        ? new ApiFailure(409, 'export_paused', 'The export is paused')
        : new ApiFailure(409, 'export_not_paused', 'The export is not paused');
    const action = paused ? 'stock.paused' : 'stock.resumed';
    await audit(database, { by, connectionId: id, action, ...(why === null ? {} : { reason: why }) });
  });
  if (!paused) exportNow(id);
  return { paused };
}

/** The figure of each variant as the cycle works it out, from what is known at this moment. */
async function withSums({ pool }: PanelDependencies, id: string, rows: readonly StockRow[]) {
  const { settingsVersion } = known(await readCard(pool, id));
  const settings = known(await readSettingsVersion(pool, id, settingsVersion));
  const { warehouseCurrency, shopCurrency } = await viewExport(pool, id);
  const facts = new Map((await skuFacts(pool, id, rows.map(keyOf))).map((each) => [each.key, each]));
  return rows.map((row) => {
    const fact = facts.get(keyOf(row));
    const currencies = {
      warehouseCurrency: warehouseCurrency ?? '',
      shopCurrency: shopCurrency ?? '',
    };
    const desired =
      fact === undefined
        ? null
        : desiredSku({ ...fact, shownPrice: fact.sku.shownPrice, ...currencies }, settings);
    const held = row.held === null ? undefined : heldTexts[row.held];
    return {
      ...row,
      why: held === undefined ? null : wordsOf(held),
      sum: desired?.quantity ?? null,
      ordersUnread: fact?.ordersUnread ?? false,
    };
  });
}

function keyOf({ variant, store: storeId }: Pick<StockRow, 'variant' | 'store'>): string {
  return skuKey({ variantKey: variant, storeId });
}

function wordsOf({ bg, en, mendBg, mendEn }: (typeof findingTexts)[keyof typeof findingTexts]) {
  return { bg: { text: bg, mend: mendBg }, en: { text: en, mend: mendEn } };
}
