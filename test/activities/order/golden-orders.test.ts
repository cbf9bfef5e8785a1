import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, type SeenDocument, startEmulators } from '../../support/emulators.ts';
import { PassWorld, goldenSettings } from '../../support/passes.ts';

/**
 * The golden orders end to end: placed in the shop's emulator, posted by a pass, read from the warehouse's own view.
 * The expected documents are worked out by hand.
 */
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'golden');
});
afterAll(() => emulators?.stop());

type Line = readonly [code: string, quantity: number, price: number, note?: string];
interface Expected {
  readonly type: 19 | 2;
  readonly payment: number;
  readonly lines: readonly Line[];
  readonly net: number;
  readonly vat: number;
  readonly total: number;
  readonly pricesWithVat?: 0;
}

const shirts: Line = ['TB-M-GRN', 2, 24.9];
const shirt: Line = ['TB-M-GRN', 1, 24.9];
const cup: Line = ['CUP-01', 1, 9.6];
const delivery: Line = ['9001', 1, 4.8];

const golden: Readonly<Record<string, Expected>> = {
  G01: { type: 19, payment: 2, lines: [shirts, cup, delivery], net: 53.5, vat: 10.7, total: 64.2 },
  G02: {
    type: 19,
    payment: 9,
    lines: [shirts, cup, ['9002', 1, -5.94], delivery, ['9003', 1, 1.2]],
    net: 49.55,
    vat: 9.91,
    total: 59.46,
  },
  G04: {
    type: 2,
    payment: 2,
    lines: [shirts, cup, ['9002', 1, -10], delivery],
    net: 45.17,
    vat: 9.03,
    total: 54.2,
  },
  G05: {
    type: 2,
    payment: 3,
    lines: [['BOOK-1', 1, 18], ['CUP-01', 2, 8.64], delivery],
    net: 34.91,
    vat: 5.17,
    total: 40.08,
  },
  G08: { type: 2, payment: 3, lines: [['PEN-1', 1, 9.99]], net: 8.33, vat: 1.67, total: 9.99 },
  G09a: {
    type: 2,
    payment: 2,
    lines: [
      ['BAT-3', 3, 3.33],
      ['9003', 1, 0.01, 'Закръгление'],
    ],
    net: 8.33,
    vat: 1.67,
    total: 10,
  },
  G09b: {
    type: 2,
    payment: 2,
    lines: [
      ['BAT-3', 2, 3.33],
      ['BAT-3', 1, 3.34],
    ],
    net: 8.33,
    vat: 1.67,
    total: 10,
  },
  G09c: {
    type: 2,
    payment: 2,
    lines: [
      ['BAT-3', 3, 3.5],
      ['9002', 1, -0.5],
    ],
    net: 8.33,
    vat: 1.67,
    total: 10,
  },
  G11: { type: 19, payment: 9, lines: [['CHS-KG', 0.35, 18.9], delivery], net: 9.51, vat: 1.9, total: 11.42 },
  G12: {
    type: 19,
    payment: 9,
    lines: [
      ['TB-M-GRN', 2, 20.75],
      ['9001', 1, 4],
      ['9003', 1, 1],
    ],
    net: 46.5,
    vat: 9.3,
    total: 55.8,
    pricesWithVat: 0,
  },
  G17: { type: 19, payment: 9, lines: [shirt, delivery], net: 24.75, vat: 4.95, total: 29.7 },
  G22: {
    type: 2,
    payment: 3,
    lines: [['HNY', 1, 10.71], ['TEA', 1, 7.14], ['TEA', 1, 7.15], delivery],
    net: 24.83,
    vat: 4.97,
    total: 29.8,
  },
};

function seen(document: SeenDocument | undefined) {
  return {
    type: document?.type,
    payment: document?.paymentTypeId,
    pricesWithVat: document?.pricesWithVat,
    lines: document?.lines.map(({ code, quantity, price, note }) =>
      note === '' ? [code, quantity, price] : [code, quantity, price, note],
    ),
    net: document?.net,
    vat: document?.vat,
    total: document?.lineGross,
  };
}

describe('golden orders, through both emulators', () => {
  it.each(Object.entries(golden))('%s', async (preset, expected) => {
    const id = await world.place({ preset });
    const result = await world.settle(world.worker(), id);
    expect(result).toMatchObject({ state: expected.type === 2 ? 'sold' : 'ordered' });
    const documents = await world.documents(id);
    expect(documents).toHaveLength(1);
    expect(seen(documents[0])).toEqual({ pricesWithVat: 1, ...expected });
  });

  it('G17: the personal number is stored nowhere', async () => {
    const id = await world.place({ preset: 'G17' });
    expect((await world.settle(world.worker(), id)).problems).toEqual(['personal_number_ignored']);
    const [document] = await world.documents(id);
    const { partners } = await emulators.warehouse.control.get<{
      partners: { id: number; TaxID: string; VatID: string }[];
    }>('/partners?email=petya@example.com');
    expect(partners).toEqual([expect.objectContaining({ id: document?.partnerId, TaxID: '', VatID: '' })]);
    for (const table of ['journal', 'problem', 'document', 'partner_link', 'shop_order']) {
      const { rows } = await pool.query(`select 1 from ${table} t where t::text like '%7523169263%'`);
      expect({ table, rows }).toEqual({ table, rows: [] });
    }
    expect(JSON.stringify(document)).not.toContain('7523169263');
  });

  it('G19: an unmapped payment blocks only its own order, which goes on by itself once it is mapped', async () => {
    const settings = goldenSettings();
    const id = await world.place({ preset: 'G19' });
    expect(await world.settle(world.worker(), id)).toMatchObject({
      outcome: 'blocked',
      problems: ['payment_not_mapped'],
    });
    expect(await world.documents(id)).toEqual([]);
    await saveSettings(
      pool,
      'golden',
      { ...settings, paymentTypes: { ...settings.paymentTypes, mokka: 3 } },
      'test',
    );
    const { rows } = await pool.query<{ due: boolean }>(
      `select due_at <= now() as due from shop_order where connection_id = 'golden' and shop_order_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ due: true }]);
    expect(await world.settle(world.worker(), id)).toMatchObject({ outcome: 'settled', state: 'sold' });
    expect(seen((await world.documents(id))[0])).toEqual({
      type: 2,
      payment: 3,
      pricesWithVat: 1,
      lines: [shirt, cup],
      net: 28.75,
      vat: 5.75,
      total: 34.5,
    });
  });

  it('G22b: a linked bundle is posted as itself; G22c: one without visible parts is a problem', async () => {
    const single = await world.place({ preset: 'G22c' });
    expect(await world.settle(world.worker(), single)).toMatchObject({ problems: ['bundle_without_parts'] });
    expect(await world.documents(single)).toEqual([]);
    await emulators.warehouse.control.post('/items', {
      items: [{ Code: 'KIT-1', Name: 'Подаръчен комплект' }],
    });
    const linked = await world.place({ preset: 'G22' });
    await world.settle(world.worker(), linked);
    expect(seen((await world.documents(linked))[0])).toMatchObject({
      lines: [['KIT-1', 1, 25], delivery],
      total: 29.8,
    });
  });

  it('G23: edited after the sale, the same document is saved again with all lines; a refund stands beside it as a claim', async () => {
    const id = await world.place({ preset: 'G23' });
    await world.settle(world.worker(), id);
    const [sale] = await world.documents(id);
    expect(seen(sale)).toMatchObject({
      type: 2,
      lines: [shirts, delivery],
      net: 45.5,
      vat: 9.1,
      total: 54.6,
    });
    const { lines } = await emulators.shop.control.get<{ lines: { id: number }[] }>(`/orders/${id}`);
    await world.act(id, 'edit', {
      lines: {
        change: [{ line: lines[0]?.id, quantity: 1 }],
        add: [{ sku: 'CUP-01', quantity: 1, price: '9.60' }],
      },
    });
    expect(await world.settle(world.worker(), id)).toMatchObject({ deed: 'edited', state: 'sold' });
    const edited = await world.documents(id);
    expect(edited.map((document) => document.id)).toEqual([sale?.id]);
    expect(seen(edited[0])).toMatchObject({
      lines: [shirt, cup, delivery],
      net: 32.75,
      vat: 6.55,
      total: 39.3,
    });
    await world.act(id, 'refund');
    expect(await world.settle(world.worker(), id)).toMatchObject({ deed: 'returned', state: 'returned' });
    const [kept, claim, ...others] = await world.documents(id);
    expect([kept, others]).toEqual([edited[0], []]);
    expect(seen(claim)).toEqual({ ...seen(edited[0]), type: 34 });
    expect(claim?.extAppDocId).not.toBe(sale?.extAppDocId);
    const stock = async (code: string) =>
      (
        await emulators.warehouse.control.get<{ stock: { objects: { quantity: number }[] }[] }>(
          `/stock?code=${code}`,
        )
      ).stock[0]?.objects[0]?.quantity;
    const before = await Promise.all(['TB-M-GRN', 'CUP-01'].map(stock));
    // The refund seen again: nothing.
    expect(await world.settle(world.worker(), id)).toMatchObject({ deed: 'unchanged', state: 'returned' });
    expect(await world.documents(id)).toHaveLength(2);
    expect(await Promise.all(['TB-M-GRN', 'CUP-01'].map(stock))).toEqual(before);
  });
});
