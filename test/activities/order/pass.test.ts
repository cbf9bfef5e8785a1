import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PassStopped } from '../../../src/activities/order/stops.ts';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, plainCart as cart, goldenSettings } from '../../support/passes.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'shop');
});
afterAll(() => emulators?.stop());
afterEach(async () => {
  await emulators.shop.control.send('DELETE', '/faults');
  await emulators.warehouse.control.send('DELETE', '/faults');
  await pool.query(`update connection set mode = 'live', stopped_reason = null`);
  await pool.query('update ledger_epoch set confirmed_at = now()');
  await pool.query(`update shop_budget set paused_until = '-infinity'`);
});

const ordered = (order?: Record<string, unknown>) => world.ordered(order);
const callsOf = (side: 'shop' | 'warehouse', work: () => Promise<unknown>) => world.callsOf(side, work);
const settle = (id: string) => world.settle(world.worker(), id);
const stopOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof PassStopped ? error.code : error),
  );

describe('calls of a pass', () => {
  it('created: one read of the shop; our stamp is read, the order saved and read back', async () => {
    await ordered();
    const id = await world.place({ ...cart, customer: { email: 'calls@example.com', guest: true } });
    let shop: string[] = [];
    const warehouse = await callsOf('warehouse', async () => {
      shop = await callsOf('shop', () => settle(id));
    });
    expect(shop).toHaveLength(1);
    expect(warehouse).toEqual([
      ...['getPartners', 'insertPartner'],
      ...['getOperations', 'saveOperation', 'getOperations'],
    ]);
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await callsOf('warehouse', () => settle(id))).toEqual([
      'getOperations', // the order: did staff touch it?
      ...['getOperations', 'saveOperation', 'getOperations'], // the sale, under a stamp of its own
      ...['deleteOperation', 'getOperations'], // the order goes, and is gone
    ]);
  });

  it('nothing changed: one read of the shop, none of the warehouse', async () => {
    const { id } = await ordered();
    let shop: string[] = [];
    const warehouse = await callsOf('warehouse', async () => {
      shop = await callsOf('shop', () => settle(id));
    });
    expect({ shop: shop.length, warehouse }).toEqual({ shop: 1, warehouse: [] });
  });
});

describe('lives', () => {
  it('an order that vanished is withdrawn at the second look, not at the first', async () => {
    const { id } = await ordered();
    await emulators.shop.control.send('DELETE', `/orders/${id}`);
    expect(await settle(id)).toMatchObject({ outcome: 'open', deed: 'waiting', state: 'ordered' });
    expect(await world.documents(id)).toHaveLength(1);
    await expect
      .poll(async () => (await settle(id)).state, { timeout: 10_000, interval: 100 })
      .toBe('withdrawn');
    expect(await world.documents(id)).toEqual([]);
  });

  it('a hiccup of the shop is no deletion: an order that is there again goes on', async () => {
    const { id, document } = await ordered();
    await emulators.shop.control.post('/faults', {
      method: 'GET',
      path: `/api/v2/orders/${id}`,
      kind: 'http404',
    });
    expect(await settle(id)).toMatchObject({ deed: 'waiting' });
    expect(await settle(id)).toMatchObject({ deed: 'unchanged', state: 'ordered' });
    expect(await world.documents(id)).toEqual([document]);
  });

  it('cancelled and revived: the new order stands under a new id', async () => {
    const { id, document } = await ordered();
    await world.act(id, 'cancel');
    expect(await settle(id)).toMatchObject({ deed: 'withdrawn', outcome: 'settled' });
    await world.act(id, 'restore');
    expect(await settle(id)).toMatchObject({ deed: 'ordered' });
    const [revived] = await world.documents(id);
    expect(revived?.extAppDocId).toBeGreaterThan(document.extAppDocId ?? 0);
  });

  it('drafts and orders from before the start date are ignored', async () => {
    const draft = await world.place({ ...cart, draft: true });
    expect(await settle(draft)).toMatchObject({ state: 'ignored', outcome: 'settled' });
    const old = await world.place({ ...cart, placedAt: Date.parse('2024-06-01T10:00:00Z') });
    expect(await settle(old)).toMatchObject({ state: 'ignored' });
    expect([...(await world.documents(draft)), ...(await world.documents(old))]).toEqual([]);
  });

  it('a change of the settings does not reshape what was posted', async () => {
    const { id, document } = await ordered({ ...cart, payment: 'bwt' });
    const settings = goldenSettings();
    await saveSettings(
      pool,
      'shop',
      {
        ...settings,
        noteFormat: 'Нов формат CloudCart #{number}',
        paymentTypes: { ...settings.paymentTypes, bwt: 1 },
      },
      'test',
    );
    expect(await callsOf('warehouse', () => settle(id))).toEqual([]);
    expect(await world.documents(id)).toEqual([document]);
    await saveSettings(pool, 'shop', settings, 'test');
  });
});

describe('ids', () => {
  it('a stamp that another application uses is left to it', async () => {
    const { rows } = await pool.query<{ next_id: number }>(
      `select next_id from ext_id_counter where warehouse_api_id <> ''`,
    );
    const next = rows[0]?.next_id ?? 0;
    const foreign = await emulators.warehouse.control.post<{ id: number }>('/operations', {
      OperType: 19,
      PartnerId: (await ordered()).document.partnerId,
      PaymentTypeId: 1,
      Note: 'чужда',
      ExtAppDocId: next + 1,
      Items: [{ ItemId: 9001, Qtty: 1, Price: 1 }],
    });
    const { document } = await ordered();
    expect(document.extAppDocId).toBe(next + 2);
    const { note } = await emulators.warehouse.control.get<{ note: string }>(`/operations/${foreign.id}`);
    expect(note).toBe('чужда');
  });

  it('a stamp that already stands for an order of ours: nothing is written until the ledger was rebuilt', async () => {
    const { document } = await ordered();
    await pool.query('update ext_id_counter set next_id = $1', [document.extAppDocId]);
    const before = await pool.query('delete from document where ext_id = $1', [document.extAppDocId]);
    expect(before.rowCount).toBe(1);
    const id = await world.place(cart);
    expect(await stopOf(world.pass(world.worker(), id))).toBe('ledger_unconfirmed');
    expect(await stopOf(world.pass(world.worker(), id))).toBe('ledger_unconfirmed');
    expect(await world.documents(id)).toEqual([]);
    await pool.query('update ext_id_counter set next_id = next_id + 100000');
  });
});

describe('vendors that fail', () => {
  it('a request that never left is taken back at once: nobody waits for a quarantine', async () => {
    const { id } = await ordered();
    await world.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1' }] } });
    await emulators.warehouse.control.post('/faults', {
      function: 'saveOperation',
      kind: 'http429',
      ms: 100,
    });
    expect(await stopOf(world.pass(world.worker(), id))).toBe('microbg_http_429');
    const { rows } = await pool.query('select state from document where shop_order_id = $1', [id]);
    expect(rows).toEqual([{ state: 'live' }]);
    expect(await settle(id)).toMatchObject({ deed: 'edited' });
  });

  it.each([
    ['timeoutAfter', {}],
    ['dropAfter', {}],
    ['dropBefore', {}],
    ['http502', { apply: true }],
    ['http502', { apply: false }],
    ['invalidJson', {}],
    ['emptyBody', {}],
    ['holdAndApplyLater', { ms: 300 }],
  ] as const)('saveOperation ends with %s %o: one document in the end', async (kind, more) => {
    const id = await world.place(cart);
    await emulators.warehouse.control.post('/faults', { function: 'saveOperation', kind, ...more });
    const quick = world.worker({ httpDeadlineMs: 800, leaseMs: 1_200, landMs: 1_000 });
    expect(await world.settle(quick, id)).toMatchObject({ state: 'ordered' });
    expect(await world.documents(id)).toHaveLength(1);
  });

  it('an empty list after the subscription ran out is no proof that a document is gone', async () => {
    const { id } = await ordered();
    await emulators.warehouse.control.send('PATCH', '/switches', { subscription: 'empty' });
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await stopOf(world.pass(world.worker(), id))).toBe('absence_not_proven');
    await emulators.warehouse.control.send('PATCH', '/switches', { subscription: 'ok' });
    expect(await settle(id)).toMatchObject({ state: 'sold' });
    expect(await world.documents(id)).toHaveLength(1);
  });

  it.each(['checked before the sale', 'looked for after a lost answer'] as const)(
    'one empty answer about a document that stands is no proof that it is gone: %s',
    async (when) => {
      const { id } = await ordered();
      await world.act(id, 'pay', { by: 'merchant' });
      const lost = when === 'looked for after a lost answer';
      if (lost)
        await emulators.warehouse.control.post('/faults', {
          function: 'deleteOperation',
          kind: 'dropBefore',
        });
      const quick = world.worker({ httpDeadlineMs: 800, leaseMs: 1_200, landMs: 300 });
      if (lost) await stopOf(world.pass(quick, id));
      await emulators.warehouse.control.post('/faults', { function: 'getOperations', kind: 'nullData' });
      expect(await stopOf(world.pass(quick, id))).toBe('absence_not_proven');
      expect(await world.settle(quick, id)).toMatchObject({ outcome: 'settled', state: 'sold' });
      expect((await world.documents(id)).map(({ type }) => type)).toEqual([2]);
    },
  );

  it('a refused document is visible, and goes on by itself once the cause is gone', async () => {
    const id = await world.place(cart);
    await emulators.warehouse.control.post('/faults', { function: 'saveOperation', kind: 'failedEnvelope' });
    expect(await settle(id)).toMatchObject({ outcome: 'blocked', problems: ['warehouse_refused'] });
    expect(await settle(id)).toMatchObject({ state: 'ordered' });
    const { rows } = await pool.query(
      'select code, resolved_at is not null as mended from problem where shop_order_id = $1',
      [id],
    );
    expect(rows).toEqual([{ code: 'warehouse_refused', mended: true }]);
  });

  it.each([
    ['maintenance', { maintenance: true }, 'cloudcart_maintenance'],
    ['an expired plan', { planExpired: true }, 'cloudcart_http_402'],
  ] as const)('the shop answers %s: the order waits', async (_name, switches, code) => {
    const id = await world.place(cart);
    const off = Object.fromEntries(Object.keys(switches).map((key) => [key, false]));
    await emulators.shop.control.send('PATCH', '/switches', switches);
    const stopped = await stopOf(world.pass(world.worker(), id));
    await emulators.shop.control.send('PATCH', '/switches', off);
    expect(stopped).toBe(code);
    await pool.query(`update shop_budget set paused_until = '-infinity'`);
    expect(await settle(id)).toMatchObject({ state: 'ordered' });
  });
});

describe('modes', () => {
  it('off: nothing is read, nothing is written', async () => {
    const id = await world.place(cart);
    await pool.query(`update connection set mode = 'off'`);
    let shop: string[] = [];
    const warehouse = await callsOf('warehouse', async () => {
      shop = await callsOf('shop', () => settle(id));
    });
    expect([...shop, ...warehouse]).toEqual([]);
  });

  it('observe: the wish is journaled and neither vendor is written to', async () => {
    const id = await world.place({ ...cart, customer: { email: 'observed@example.com', guest: true } });
    await pool.query(`update connection set mode = 'observe'`);
    const warehouse = await callsOf('warehouse', () => settle(id));
    expect(warehouse.filter((name) => !name.startsWith('get'))).toEqual([]);
    const { rows } = await pool.query<{ type: number }>(
      `select (data #>> '{wouldHave,intended,document,type}')::int as type from journal where shop_order_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ type: 19 }]);
    const ledger = await pool.query('select 1 from document where shop_order_id = $1', [id]);
    expect(ledger.rowCount).toBe(0);
  });
});

describe('partners', () => {
  const buyer = (email: string, more: object = {}) => ({
    customer: { email, firstName: 'Ани', lastName: 'Илиева', guest: true, ...more },
  });
  const partnersOf = async (email: string) =>
    (
      await emulators.warehouse.control.get<{
        partners: { id: number; Name: string; Phone: string; PartnerNote: string; Deleted: number }[];
      }>(`/partners?email=${email}`)
    ).partners;

  it('ten orders of one new customer at the same moment, over two workers: one partner', async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => world.place({ ...cart, ...buyer('at-once@example.com') })),
    );
    const workers = [world.worker(), world.worker()];
    await Promise.all(ids.map((id, index) => world.settle(workers[index % 2] ?? world.worker(), id)));
    const [partner, ...others] = await partnersOf('at-once@example.com');
    expect(others).toEqual([]);
    for (const id of ids) expect((await world.documents(id))[0]?.partnerId).toBe(partner?.id);
  });

  it('a known partner is updated where the shop knows better, and keeps what staff wrote', async () => {
    await ordered({ ...cart, ...buyer('known@example.com') });
    const [before] = await partnersOf('known@example.com');
    await emulators.warehouse.control.send('PATCH', `/partners/${before?.id}`, {
      PartnerNote: 'Звъни сутрин',
    });
    const { id } = await ordered({ ...cart, ...buyer('known@example.com', { lastName: 'Петрова' }) });
    expect(await partnersOf('known@example.com')).toEqual([
      expect.objectContaining({ id: before?.id, Name: 'Ани Петрова', PartnerNote: 'Звъни сутрин' }),
    ]);
    const { rows } = await pool.query(
      `select data from journal where shop_order_id = $1 and kind = 'partner'`,
      [id],
    );
    expect(rows).toEqual([{ data: { partner: before?.id, changed: ['name'] } }]);
  });

  it('a partner that staff deleted is replaced when the warehouse refuses the next document', async () => {
    const order = { ...cart, ...buyer('deleted@example.com') };
    const { id: first, document } = await ordered(order);
    await world.act(first, 'cancel');
    await settle(first);
    await emulators.warehouse.control.send('DELETE', `/partners/${document.partnerId}`);
    const id = await world.place(order);
    expect(await settle(id)).toMatchObject({ problems: ['warehouse_refused'] });
    expect(await settle(id)).toMatchObject({ state: 'ordered' });
    expect((await world.documents(id))[0]?.partnerId).not.toBe(document.partnerId);
  });

  it('an insert whose answer was lost is found by our code: one partner', async () => {
    await emulators.warehouse.control.post('/faults', { function: 'insertPartner', kind: 'dropAfter' });
    const id = await world.place({ ...cart, ...buyer('lost@example.com') });
    await world.settle(world.worker(), id);
    expect(await partnersOf('lost@example.com')).toHaveLength(1);
  });
});
