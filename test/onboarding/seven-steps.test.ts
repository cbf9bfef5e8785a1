import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import { type Ran, runCli } from '../cli/run.ts';

/** From an empty database to live in the seven steps that merchants know, by the command line over the API alone. */
const SHOP = 'bor';
const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-steps-'));
let running: RunningStack;

beforeAll(async () => {
  running = await startRunningStack();
}, 120_000);
afterAll(() => running?.stop());

async function cli(...args: string[]): Promise<Ran> {
  const ran = await runCli(running.stack.apiUrl, running.stack.apiToken, args);
  if (![0, 6].includes(ran.exit)) throw new Error(`${args.join(' ')}: ${ran.exit} ${ran.err}`);
  return ran;
}
const json = async (...args: string[]) => (await cli(...args, '--json')).json();

/** Items as staff see them, by code. */
async function items(): Promise<Map<string, Record<string, unknown>>> {
  const { items: all } = await running.warehouse.get<{ items: Record<string, unknown>[] }>('/items');
  return new Map(all.map((item) => [String(item['Code']), item]));
}

interface State {
  readonly state: string;
  readonly count: number;
}
const statesOf = (report: { current: { states: State[] } }): Record<string, number> =>
  Object.fromEntries(report.current.states.map(({ state, count }) => [state, count]));

it('connect, check, settings, match, import, match again, webhooks, live; and back', async () => {
  // Connect: both sides are read before anything is saved.
  const [shop] = running.stack.cloudcart.shops ?? [];
  const [application] = running.stack.microbg.companies?.[0]?.applications ?? [];
  const file = join(folder, 'connection.json');
  const access = {
    shop: { url: `http://${shop?.host}`, apiKey: shop?.apiKey },
    warehouse: {
      ...{ entryPoint: running.stack.microbg.url, apiId: application?.apiId, secret: application?.secret },
    },
  };
  writeFileSync(file, JSON.stringify({ id: SHOP, name: 'Магазин Бор', ...access }));
  await cli('connection', 'create', file);
  expect((await json('connection', 'list')).connections).toHaveLength(1);
  expect((await cli('connection', 'test', SHOP)).out).toContain('EUR');

  // Settings: what the names of both sides suggest, and what only the merchant knows.
  const lookups = await fetchApi('GET', `connections/${SHOP}/lookups`);
  const { suggestions } = lookups;
  const change = {
    ...{ objectId: 2, priceList: 2, startDate: new Date().toISOString().slice(0, 10) },
    paymentTypes: { ...suggestions.paymentTypes, cod: 9, bwt: 2, stripe: 3 },
    onlineProviders: suggestions.onlineProviders,
    serviceItems: { delivery: 9001, discount: 9002, fee: 9003, rounding: null },
    ...{ negativeLinesConfirmed: true, exportPrices: false },
  };
  await cli('connection', 'settings', SHOP, '--change', JSON.stringify(change));
  await cli('connection', 'mode', SHOP, 'observe');

  // Match: what will be linked, what is new, what is impossible and why.
  await running.shop.post('/products', {
    products: [1, 2, 3].map((n) => ({
      ...{ name: `Нова чаша ${n}`, description: 'Порцелан' },
      variants: [{ sku: `NEW-${n}`, barcode: `380999900000${n}`, price: 1_250 }],
    })),
  });
  const before = await items();
  const first = await json('match', 'run', SHOP, '--watch');
  const states = statesOf(first);
  expect(states['will_link']).toBeGreaterThan(5);
  expect(states['will_be_created']).toBe(3);
  expect(states['synchronised'] ?? 0).toBe(0);

  // Import needs live: in observe mode nothing may be written.
  await cli('preflight', 'run', SHOP);
  await cli('connection', 'mode', SHOP, 'live', '--override', 'проба');
  const preview = await json('import', 'preview', SHOP);
  expect(preview.state).toBe('preview');
  const table = join(folder, 'preview.csv');
  await cli('import', 'csv', SHOP, String(preview.id), '--output', table);
  expect(readFileSync(table, 'utf8').startsWith('\uFEFF')).toBe(true);
  const imported = await json('import', 'start', SHOP, String(preview.id), '--backup-made', '--watch');
  expect(imported.state).toBe('finished');
  expect(imported.progress.failed).toBe(0);

  // Match again: everything is synchronised but what is impossible, and each of those says why.
  const second = await json('match', 'run', SHOP, '--watch');
  const after = statesOf(second);
  expect(after['will_link'] ?? 0).toBe(0);
  expect(after['will_be_created'] ?? 0).toBe(0);
  expect(after['synchronised']).toBe((states['will_link'] ?? 0) + 3);
  expect((await items()).get('NEW-2')).toMatchObject({ Name: 'Нова чаша 2', TaxGroup: 1 });
  for (const state of second.current.states as (State & { mendBg: string })[])
    if (!['synchronised', 'only_in_warehouse'].includes(state.state)) expect(state.mendBg).toMatch(/[а-я]/);
  const again = await json('import', 'preview', SHOP);
  expect((again.byAction.create ?? 0) + (again.byAction.update ?? 0)).toBe(0);
  await cli('import', 'cancel', SHOP, String(again.id));

  // Webhooks on.
  await cli('webhooks', 'register', SHOP);
  await waitUntil('the webhooks', async () => (await json('webhooks', 'show', SHOP)).doneAt !== null, {
    timeoutMs: 60_000,
  });

  // Live: an order becomes a document, and stock reaches the shop.
  const { id } = await running.shop.post<{ id: number }>('/orders', {
    lines: [{ sku: 'CUP-01' }],
    shipping: { provider: 'econt', price: '4.80' },
    payment: 'cod',
  });
  await waitUntil(
    'the order in the warehouse',
    async () =>
      (await json('orders', 'list', '--connection', SHOP)).orders.some(
        (each: { order: string; state: string }) => each.order === String(id) && each.state === 'ordered',
      ),
    { timeoutMs: 60_000 },
  );

  // Undo: the warehouse is as it was, except for what the order uses.
  const undone = await json('import', 'undo', SHOP, String(preview.id));
  expect(undone.state).toBe('finished');
  const back = await items();
  for (const [code, item] of before) {
    const now = back.get(code);
    expect([code, now?.['Name'], now?.['Barcode'], now?.['Deleted']]).toEqual([
      ...[code, item['Name'], item['Barcode'], item['Deleted']],
    ]);
  }
  const left = [...back].filter(([code, item]) => !before.has(code) && item['Deleted'] === 0);
  expect(left.map(([code]) => code)).toEqual([]);
  const audit = (await json('audit', '--connection', SHOP, '--limit', '200')).entries as { action: string }[];
  const did = new Set(audit.map(({ action }) => action));
  for (const action of ['connection.created', 'settings.changed', 'import.started', 'webhooks.registered'])
    expect(did).toContain(action);
}, 120_000);

// oxlint-disable-next-line typescript/no-explicit-any -- the test looks into whatever came
async function fetchApi(method: string, path: string): Promise<any> {
  const response = await fetch(`${running.stack.apiUrl}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${running.stack.apiToken}` },
  });
  return response.json();
}
