import { beforeEach, describe, expect, it } from 'vitest';
import { storeForeignDocuments } from '../../src/db/queries/foreign-documents.ts';
import { readConnection, saveSettings } from '../../src/db/queries/connections.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { CONFIRMABLE, checkCodes } from '../../src/domain/preflight/preflight.ts';
import { testBox } from '../support/database.ts';
import { runCli } from '../cli/run.ts';
import { tokenOf } from '../support/panel.ts';
import { plainCart } from '../support/passes.ts';
import { causesOf, checkOnce, useOffice } from './world.ts';

const office = useOffice();

interface Check {
  readonly code: string;
  readonly outcome: string;
  readonly reason: string;
  readonly evidence: Record<string, unknown>;
  readonly bg: { readonly title: string; readonly text: string; readonly mend: string };
  readonly en: { readonly title: string; readonly text: string; readonly mend: string };
}

async function checks(): Promise<Record<string, Check>> {
  const { body } = await office.panel.ask('GET', '/api/connections/shop/preflight');
  return Object.fromEntries((body.checks as Check[]).map((check) => [check.code, check]));
}

async function settle(changes: Partial<ConnectionSettings>): Promise<void> {
  const connection = await readConnection(office.pool, testBox, 'shop');
  if (connection === undefined) throw new Error('no connection');
  await saveSettings(office.pool, 'shop', { ...connection.settings, ...changes }, 'test');
}

/** Settings that fit the emulators. */
const good: Partial<ConnectionSettings> = {
  objectId: 2,
  paymentTypes: { cod: 9, bwt: 2, stripe: 3, paypal: 3, mokka: 3 },
  serviceItems: { delivery: 9001, discount: 9002, fee: 9003 },
  priceList: 2,
};
const shopSwitch = (switches: object) => office.emulators.shop.control.send('PATCH', '/switches', switches);
const company = (changes: object) => office.emulators.warehouse.control.send('PATCH', '/settings', changes);

beforeEach(async () => {
  await office.connect();
  await office.emulators.shop.control.post('/orders', plainCart);
});

describe('the checks', () => {
  it('are made for a connection that is still off, every one with a text in both languages', async () => {
    await settle(good);
    await checkOnce(office.pool);
    const all = await checks();
    expect(Object.keys(all)).toEqual([...checkCodes]);
    for (const { bg, en, outcome } of Object.values(all)) {
      for (const words of [bg, en]) {
        expect(words.title).not.toBe('');
        expect(words.text).not.toMatch(/[{}]|\?|undefined/);
        expect(words.mend === '').toBe(outcome === 'pass');
      }
      expect(bg.text).toMatch(/[а-я0-9]/i);
    }
    const outcomes = Object.fromEntries(Object.entries(all).map(([code, { outcome }]) => [code, outcome]));
    expect(outcomes).toMatchObject({
      ...{ shop_access: 'pass', primary_domain: 'pass', shop_products: 'pass', warehouse_access: 'pass' },
      ...{ subscription: 'pass', country_and_vat: 'pass', shop_rates: 'pass', objects: 'pass' },
      ...{ account_mode: 'pass', currencies: 'pass', vat_mode: 'pass', payments_mapped: 'pass' },
      ...{ fiscal_modes: 'pass', services: 'pass', price_list: 'pass', clocks: 'pass' },
      ...{ webhooks: 'warn', codes: 'unknown', schedules: 'unknown' },
    });
    // The sample shop has stores, and nobody has said what it sells of them.
    for (const code of CONFIRMABLE)
      expect([code, outcomes[code]]).toEqual([code, code === 'stores' ? 'warn' : 'unknown']);
  });

  it('cost at most ten requests to the shop and six to the warehouse, and one for 500 items', async () => {
    const count = async (side: 'shop' | 'warehouse') =>
      (
        await office.emulators[side].control.get<{ requests: { path?: string }[] }>('/requests?since=0')
      ).requests.filter(({ path }) => path !== '/').length;
    await settle(good);
    const before = [await count('shop'), await count('warehouse')];
    await checkOnce(office.pool);
    expect((await count('shop')) - (before[0] ?? 0)).toBeLessThanOrEqual(10);
    expect((await count('warehouse')) - (before[1] ?? 0)).toBeLessThanOrEqual(8);
  });

  it.each<[string, string, string, () => Promise<unknown>]>([
    ['shop_access', 'fail', 'shop_key_refused', () => office.emulators.shop.control.post('/keys/rotate')],
    ['shop_access', 'fail', 'shop_no_api_access', () => shopSwitch({ rateLimitPerMinute: 0 })],
    ['shop_access', 'unknown', 'shop_unreachable', () => shopSwitch({ maintenance: true })],
    [
      'warehouse_access',
      'fail',
      'warehouse_not_paid',
      () => office.emulators.warehouse.control.send('PATCH', '/switches', { subscription: 'empty' }),
    ],
    [
      'subscription',
      'fail',
      'warehouse_not_paid',
      () => office.emulators.warehouse.control.send('PATCH', '/switches', { subscription: 'error' }),
    ],
    ['stores', 'warn', 'stores_unanswered', () => settle({})],
    ['stores', 'pass', 'stores_none', () => shopSwitch({ appStores: false })],
    [
      'stores',
      'pass',
      'stores_chosen',
      () => settle({ storeStock: [2, 3].map((storeId) => ({ storeId, objects: [storeId] })) }),
    ],
    ['stores', 'warn', 'stores_left', () => settle({ storeStock: [{ storeId: 2, objects: 'all' }] })],
    ['stores', 'fail', 'stores_gone', () => settle({ storeStock: [{ storeId: 9, objects: 'all' }] })],
    [
      'stores',
      'fail',
      'stores_app_missing',
      async () => {
        await settle({ storeStock: [{ storeId: 2, objects: 'all' }] });
        await shopSwitch({ appStores: false });
      },
    ],
    ['objects', 'fail', 'objects_gone', () => settle({ storeStock: [{ storeId: 2, objects: [99] }] })],
    ['country_and_vat', 'fail', 'country', () => company({ CountryCode: 'RO' })],
    ['account_mode', 'fail', 'precision_low', () => company({ Percision: 0 })],
    ['account_mode', 'warn', 'no_negative_stock', () => company({ AllowNegativeQnt: 0 })],
    ['account_mode', 'warn', 'auto_production', () => company({ AutoProduction: 1 })],
    ['account_mode', 'warn', 'not_vat_registered', () => company({ IsVat: 0 })],
    ['currencies', 'fail', 'currency_differs', () => company({ currencyCode: 'BGN' })],
    ['vat_mode', 'warn', 'warehouse_net', () => company({ PricesWithVat: 0 })],
    ['vat_mode', 'fail', 'vat_mode_gross', () => settle({ shopPricesWithVat: false })],
    ['payments_mapped', 'fail', 'payments_open', () => settle({ paymentTypes: { cod: 9 } })],
    [
      'fiscal_modes',
      'warn',
      'cash_on_delivery_fiscal',
      () => settle({ paymentTypes: { ...good.paymentTypes, cod: 1 } }),
    ],
    [
      'fiscal_modes',
      'fail',
      'payment_types_gone',
      () => settle({ paymentTypes: { ...good.paymentTypes, bwt: 77 } }),
    ],
    [
      'services',
      'fail',
      'services_open',
      () => settle({ serviceItems: { delivery: null, discount: 9002, fee: 9003 } }),
    ],
    [
      'services',
      'fail',
      'services_gone',
      () => office.emulators.warehouse.control.send('PATCH', '/items/9001', { NotStorable: 0 }),
    ],
    ['objects', 'fail', 'objects_gone', () => settle({ objectId: 99 })],
    [
      'price_list',
      'fail',
      'price_list_empty',
      () => office.emulators.warehouse.control.send('PATCH', '/price-lists/2', { sameAs: null }),
    ],
    [
      'other_integration',
      'fail',
      'foreign_documents',
      async () =>
        storeForeignDocuments(office.pool, 'shop', [
          { warehouseId: 1, shopOrderId: '10001', type: 19, number: '1', gross: 100, lines: [] },
        ]),
    ],
  ])('%s: %s, %s', async (code, outcome, reason, spoil) => {
    await settle(good);
    await spoil();
    await checkOnce(office.pool);
    expect((await checks())[code]).toMatchObject({ code, outcome, reason });
  });

  it('two price lists with the same prices are named until the merchant chooses', async () => {
    await office.emulators.warehouse.control.send('PATCH', '/price-lists/3', { sameAs: 2 });
    await settle({ ...good, priceList: null });
    await checkOnce(office.pool);
    const { price_list: open } = await checks();
    expect(open).toMatchObject({
      ...{ outcome: 'fail', reason: 'price_lists_equal', evidence: { first: 2, second: 3 } },
      bg: { text: expect.stringContaining('Листи 2 и 3') as string },
    });
    const { body } = await office.panel.ask('GET', '/api/connections/shop/lookups');
    expect(body.warehouse.items.priceLists[2]).toMatchObject({ list: 3, sameAs: 2 });
    await settle({ priceList: 2 });
    // Judged when it is read: nothing has to be asked again.
    expect((await checks())['price_list']).toMatchObject({ outcome: 'pass' });
  });

  it('a plan that has access by now is noticed, by the checks and by a test', async () => {
    await settle(good);
    await shopSwitch({ rateLimitPerMinute: 0 });
    await checkOnce(office.pool);
    expect((await checks())['shop_access']).toMatchObject({ outcome: 'fail' });
    await shopSwitch({ rateLimitPerMinute: 100 });
    // A minute has passed: the pause that the refusal asked for is over, and no call is charged any more.
    const minuteLater = `update shop_budget set paused_until = '-infinity', charges = '{}', foreign_charges = '{}', rate_limit = 0`;
    await office.pool.query(minuteLater);
    expect((await office.panel.ask('POST', '/api/connections/shop/test')).status).toBe(200);
    await office.pool.query(minuteLater);
    await checkOnce(office.pool);
    expect((await checks())['shop_access']).toMatchObject({ outcome: 'pass' });
  });

  it('and tests of a connected shop are paid from the budget of its orders', async () => {
    await office.pool.query(
      `insert into shop_budget (shop_host, paused_until) values ($1, now() + interval '1 hour')`,
      [new URL(office.emulators.shop.url).host],
    );
    const answer = await office.panel.ask('POST', '/api/connections/shop/test');
    expect(answer).toMatchObject({ status: 503, body: { code: 'shop_budget' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_000);
  });

  it('a confirmation counts at once, is audited, and can be taken back', async () => {
    await checkOnce(office.pool);
    for (const code of CONFIRMABLE)
      await office.panel.ask(
        'POST',
        `/api/connections/shop/preflight/${code}/confirm`,
        {},
        { role: 'operator' },
      );
    const confirmed = await checks();
    for (const code of ['backup', 'stores'])
      expect(confirmed[code]).toMatchObject({ outcome: 'pass', evidence: { by: 'token:operator' } });
    await office.panel.ask('POST', '/api/connections/shop/preflight/backup/confirm', { confirmed: false });
    expect((await checks())['backup']).toMatchObject({ outcome: 'unknown' });
    expect(
      (await office.panel.ask('POST', '/api/connections/shop/preflight/currencies/confirm', {})).status,
    ).toBe(400);
    const { rows } = await office.pool.query(
      `select action, subject from audit where connection_id = 'shop' and subject = 'backup' order by id`,
    );
    expect(rows.map(({ action }) => action).slice(-2)).toEqual([
      'preflight.confirmed',
      'preflight.unconfirmed',
    ]);
  });
});

describe('going live', () => {
  const card = () => office.panel.ask('GET', '/api/connections/shop');
  async function goLive(more: object = {}) {
    const etag = (await card()).headers.get('etag') ?? '';
    return office.panel.ask(
      'PATCH',
      '/api/connections/shop',
      { mode: 'live', ...more },
      { headers: { 'if-match': etag } },
    );
  }

  it('is refused before any check was made, and while one fails, naming each with the way to mend it', async () => {
    expect(await goLive()).toMatchObject({ status: 409, body: { code: 'preflight_missing' } });
    await settle({
      ...good,
      paymentTypes: { cod: 9 },
      serviceItems: { delivery: null, discount: 9002, fee: 9003 },
    });
    await checkOnce(office.pool);
    const refused = await goLive();
    expect(refused).toMatchObject({ status: 409, body: { code: 'preflight_failing' } });
    expect(causesOf(refused)).toEqual(['payments_mapped', 'services']);
    expect((await card()).body.mode).toBe('off');
  });

  it('goes through when nothing fails', async () => {
    await settle(good);
    await checkOnce(office.pool);
    expect(await goLive()).toMatchObject({ status: 200, body: { mode: 'live' } });
  });

  it('goes through with a reason, and the audit log holds it with what was overridden', async () => {
    await settle({ ...good, paymentTypes: { cod: 9 } });
    await checkOnce(office.pool);
    expect(await goLive({ override: 'другите плащания спираме утре' })).toMatchObject({
      status: 200,
      body: { mode: 'live' },
    });
    const { rows } = await office.pool.query(
      `select after, reason from audit where action = 'connection.mode' and connection_id = 'shop' order by id desc limit 1`,
    );
    expect(rows).toEqual([
      { after: { mode: 'live', overridden: ['payments_mapped'] }, reason: 'другите плащания спираме утре' },
    ]);
  });

  it('a pause remembers the mode, and resuming to live asks the checks again', async () => {
    await settle(good);
    await checkOnce(office.pool);
    await goLive();
    const paused = await office.panel.ask('POST', '/api/connections/shop/pause', {
      reason: 'инвентаризация',
    });
    expect(paused.body).toMatchObject({ mode: 'off', pausedMode: 'live' });
    expect((await office.panel.ask('POST', '/api/connections/shop/pause', { reason: 'пак' })).status).toBe(
      409,
    );
    await settle({ paymentTypes: {} });
    expect(causesOf(await office.panel.ask('POST', '/api/connections/shop/resume', {}))).toEqual([
      'payments_mapped',
    ]);
    const operator = { role: 'operator' } as const;
    const excuse = { override: 'бързаме' };
    expect(await office.panel.ask('POST', '/api/connections/shop/resume', excuse, operator)).toMatchObject({
      ...{ status: 403, body: { code: 'owner_overrides' } },
    });
    await settle(good);
    const resumed = await office.panel.ask('POST', '/api/connections/shop/resume', {});
    expect(resumed.body).toMatchObject({ mode: 'live', pausedMode: null });
  });
});

it('the command line shows the checks in the wished language and ends with 6 while one fails', async () => {
  await settle({ ...good, paymentTypes: { cod: 9 } });
  await checkOnce(office.pool);
  const token = await tokenOf(office.pool, 'operator');
  const cli = (...args: string[]) => runCli(office.panel.url, token, args);
  const shown = await cli('preflight', 'show', 'shop', '--lang', 'bg');
  expect(shown).toMatchObject({ exit: 6, err: expect.stringContaining('1 checks fail') as string });
  expect(shown.out).toMatch(/payments_mapped +fail +Без тип плащане: /);
  expect(await cli('preflight', 'confirm', 'shop', 'backup')).toMatchObject({ exit: 0 });
  expect((await checks())['backup']).toMatchObject({ outcome: 'pass' });
  expect((await cli('connection', 'test', 'shop')).out).toMatch(/currency +EUR/);
  expect(await cli('preflight', 'run', 'shop')).toMatchObject({ exit: 0 });
  expect(office.looked).toContain('preflight shop');
});
