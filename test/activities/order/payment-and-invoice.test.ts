import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPassIo } from '../../../src/activities/order/io.ts';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { performAction, requestAction } from '../../../src/db/queries/order-actions.ts';
import type { ConnectionSettings } from '../../../src/domain/connection/settings.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, goldenSettings, plainCart } from '../../support/passes.ts';
import { StoppingIo } from '../../support/stopping-io.ts';

/** Payments and invoices: each once, and never again where nobody knows what became of the request. */
const { pool } = await testDatabase();
const CHOSEN: Partial<ConnectionSettings> = { recordPayments: true, invoices: 'companies' };
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'shop', CHOSEN);
});
afterAll(() => emulators?.stop());
afterEach(async () => {
  await emulators.warehouse.control.send('DELETE', '/faults');
});

const quick = { httpDeadlineMs: 400, leaseMs: 600, landMs: 300 };
const settle = (id: string) => world.settle(world.worker(quick), id);
const company = {
  customer: { email: 'firma@example.com', guest: true },
  billing: { company: 'Пример Трейд ЕООД', eik: '123456786', vat: 'BG123456786', mol: 'Мария Колева' },
};
const paid = { ...plainCart, ...company, payment: 'bwt', status: 'paid' };

interface Seen {
  readonly type: number;
  readonly paid: number;
  readonly lineGross: number;
  readonly invoices: readonly string[];
  readonly relatedInvoice: string;
}

const seen = async (id: string) => (await world.documents(id)) as unknown as readonly Seen[];
let requests = 0;

async function answer(id: string, question: string, chosen: string): Promise<void> {
  requests += 1;
  const key = { connectionId: 'shop', shopOrderId: id };
  const requestId = `request-${requests}`;
  await requestAction(
    pool,
    key,
    { requestId, action: 'answer', question, answer: chosen, operator: 'ivan', reason: 'test' },
    'write',
  );
  expect(await performAction(pool, key, requestId)).toBeNull();
}

describe('a paid order of a company', () => {
  it('has one payment over the total and one invoice, however often it is looked at', async () => {
    const id = await world.place(paid);
    expect(await settle(id)).toMatchObject({ state: 'sold', outcome: 'settled' });
    await settle(id);
    const [sale] = await seen(id);
    expect(sale).toMatchObject({ type: 2, paid: sale?.lineGross, invoices: [expect.any(String)] });
    const { rows } = await pool.query(
      'select payment_state, invoice_state, invoice_number from document where shop_order_id = $1',
      [id],
    );
    expect(rows).toEqual([
      { payment_state: 'done', invoice_state: 'done', invoice_number: sale?.invoices[0] },
    ]);
  });

  it('refunded: a credit note that names the invoice takes the place of a claim', async () => {
    const id = await world.place(paid);
    await settle(id);
    const [sale] = await seen(id);
    await world.act(id, 'refund');
    expect(await settle(id)).toMatchObject({ state: 'returned', outcome: 'settled' });
    expect(await seen(id)).toMatchObject([{ type: 2 }, { type: 27, relatedInvoice: sale?.invoices[0] }]);
  });

  it('edited afterwards: the sale is left as it is until a person decides, each time', async () => {
    const id = await world.place(paid);
    await settle(id);
    const before = await world.documents(id);
    const add = () => world.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1' }] } });
    await add();
    expect(await settle(id)).toMatchObject({ outcome: 'blocked', problems: ['sale_is_final'] });
    expect(await world.documents(id)).toEqual(before);
    await answer(id, 'sale_is_final', 'keep');
    expect(await settle(id)).toMatchObject({ state: 'sold', outcome: 'settled' });
    expect(await world.documents(id)).toEqual(before);
    await add();
    expect(await settle(id)).toMatchObject({ problems: ['sale_is_final'] });
    await answer(id, 'sale_is_final', 'overwrite');
    expect(await settle(id)).toMatchObject({ state: 'sold', deed: 'edited', problems: ['payment_differs'] });
  });
});

describe('what nobody asked for', () => {
  it('no payment before the money came, none for an order, and no invoice for a person', async () => {
    const id = await world.place(plainCart);
    await settle(id);
    await world.act(id, 'ship');
    await settle(id);
    expect(await seen(id)).toMatchObject([{ type: 2, paid: 0, invoices: [] }]);
    await world.act(id, 'pay', { by: 'merchant' });
    await settle(id);
    const [sale] = await seen(id);
    expect(sale).toMatchObject({ paid: sale?.lineGross, invoices: [] });
  });

  it('a sale from before the setting is left as it was', async () => {
    await saveSettings(pool, 'shop', goldenSettings(), 'test');
    const id = await world.place(paid);
    await settle(id);
    await saveSettings(pool, 'shop', { ...goldenSettings(), ...CHOSEN }, 'test');
    await world.act(id, 'edit', { note: 'x' }).catch(() => undefined);
    await settle(id);
    expect(await seen(id)).toMatchObject([{ type: 2, paid: 0, invoices: [] }]);
  });

  it('a sale that staff changed gets neither', async () => {
    const id = await world.place({ ...plainCart, ...company });
    await settle(id);
    await emulators.warehouse.control.post('/faults', { function: 'createInvoice', kind: 'failedEnvelope' });
    await world.act(id, 'ship');
    expect(await settle(id)).toMatchObject({ problems: ['invoice_refused'] });
    const [sale] = await world.documents(id);
    await emulators.warehouse.control.send('PATCH', `/operations/${sale?.id}`, {
      Note: `CloudCart #${id} пипано`,
    });
    expect(await settle(id)).toMatchObject({ problems: ['document_changed_by_staff'] });
    expect(await seen(id)).toMatchObject([{ invoices: [], paid: 0 }]);
  });
});

describe('an answer that is lost', () => {
  it.each([
    ['addPayment', 'payment'],
    ['createInvoice', 'invoice'],
  ] as const)('%s: it is a question, and not repeated', async (fn, kind) => {
    for (const [fault, chosen] of [
      ['dropAfter', 'done'],
      ['dropBefore', 'repeat'],
    ] as const) {
      await emulators.warehouse.control.post('/faults', { function: fn, kind: fault });
      const id = await world.place(paid);
      expect((await settle(id)).problems).toEqual([`${kind}_unknown`]);
      const calls = await world.callsOf('warehouse', () => settle(id));
      expect(calls.filter((name) => !name.startsWith('get'))).toEqual([]);
      await answer(id, `${kind}_unknown`, chosen);
      expect(await settle(id)).toMatchObject({ state: 'sold', outcome: 'settled' });
      const [sale] = await seen(id);
      expect(sale).toMatchObject({ paid: sale?.lineGross, invoices: [expect.any(String)] });
    }
  });

  it('what micro.bg refuses is tried again by itself', async () => {
    await emulators.warehouse.control.post('/faults', { function: 'addPayment', kind: 'failedEnvelope' });
    const id = await world.place(paid);
    expect((await settle(id)).problems).toEqual(['payment_refused']);
    expect(await settle(id)).toMatchObject({ state: 'sold', outcome: 'settled' });
  });
});

describe('stopped at every point of the pass that pays and invoices', () => {
  it.each(['crash', 'zombie'] as const)(
    '%s: never twice; done, or a question',
    async (kind) => {
      await world.settle(world.worker(), await world.place(paid));
      const clean = new StoppingIo(createPassIo(pool));
      await world.pass(world.worker(quick, clean), await world.place(paid));
      const from = clean.reached.indexOf('before store-payment');
      expect(from).toBeGreaterThan(0);
      const points = clean.reached.map((name, at) => ({ name, at })).slice(from);
      const outcomes = await Promise.all(
        points.map(async ({ name, at }) => {
          const id = await world.place(paid);
          const io = new StoppingIo(createPassIo(pool), at);
          const first = world.pass(world.worker(quick, io), id).catch(() => undefined);
          await io.parked;
          const result = await settle(id);
          if (kind === 'zombie') {
            io.release();
            await first;
          }
          const [sale] = await seen(id);
          if (sale === undefined) throw new Error(`${name}: no sale`);
          return { name, problems: result.problems ?? [], ...sale };
        }),
      );
      for (const { name, problems, paid: money, lineGross, invoices } of outcomes) {
        expect({ name, once: money === 0 || money === lineGross, invoices: invoices.length <= 1 }).toEqual({
          name,
          once: true,
          invoices: true,
        });
        if (money === 0) expect({ name, problems }).toEqual({ name, problems: ['payment_unknown'] });
        else if (invoices.length === 0) expect(problems.some((code) => code.endsWith('_unknown'))).toBe(true);
      }
      process.stdout.write(`  ${kind}: stopped at ${points.length} points of a payment and an invoice\n`);
      expect(points.length).toBeGreaterThan(14);
    },
    120_000,
  );
});
