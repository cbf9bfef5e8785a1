import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld } from '../../support/passes.ts';

/** What the vendors' documents leave open, in every variant: the document in the warehouse is right in all of them. */
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'variants');
});
afterAll(() => emulators?.stop());

const shopSwitches = (switches: object) => emulators.shop.control.send('PATCH', '/switches', switches);
const warehouseSwitches = (switches: object) =>
  emulators.warehouse.control.send('PATCH', '/switches', switches);

const initial = new Map<'shop' | 'warehouse', Record<string, unknown>>();
beforeAll(async () => {
  for (const side of ['shop', 'warehouse'] as const) {
    const { switches } = await emulators[side].control.get<{ switches: Record<string, unknown> }>(
      '/switches',
    );
    initial.set(side, switches);
  }
});
afterEach(async () => {
  await shopSwitches(initial.get('shop') ?? {});
  await warehouseSwitches(initial.get('warehouse') ?? {});
  await pool.query('delete from learned_answer');
});

async function posted(order: Record<string, unknown>): Promise<{ total: number; shown: string }> {
  const id = await world.place(order);
  const result = await world.settle(world.worker(), id);
  const documents = await world.documents(id);
  const { total } = await emulators.shop.control.get<{ total: number }>(`/orders/${id}`);
  const [document] = documents;
  return {
    total: total - Math.round((document?.lineGross ?? 0) * 100),
    shown: `${documents.length} ${result.state} ${(result.problems ?? []).join(' ')}`.trim(),
  };
}

const shopVariants: readonly object[] = [
  { orderMoneyNames: 'price' },
  { orderMoneyNames: 'total' },
  { taxNaming: 'tax_name' },
  { feesIn: 'taxes' },
  { feesIn: 'totals' },
  { discountTotalSign: 'positive' },
  { discountValueUnit: 'cents' },
  { rawOrderAmount: true },
  { lineProductType: false },
  { bundleLines: 'single' },
  { fulfilmentValues: '5' },
  { dateZone: 'utc' },
  { returnStatusInRest: true },
];

describe('variants of the shop', () => {
  it.each(shopVariants.map((switches) => [JSON.stringify(switches), switches] as const))(
    '%s: total and document agree for coupon, flat discount, fee, net prices and mixed VAT',
    async (_name, switches) => {
      await shopSwitches(switches);
      for (const preset of ['G02', 'G04', 'G05', 'G09b', 'G11', 'G12', 'fee', 'freeShipping']) {
        expect({ preset, ...(await posted({ preset })) }).toEqual({
          preset,
          total: 0,
          shown: expect.stringMatching(/^1 (ordered|sold)( reading_used)?$/),
        });
      }
    },
  );

  it('a bundle is recognised when its lines do not say what they are (U-49)', async () => {
    await shopSwitches({ lineProductType: false });
    const id = await world.place({ preset: 'G22' });
    await world.settle(world.worker(), id);
    const [document] = await world.documents(id);
    expect(document?.lines.map(({ code }) => code)).toEqual(['HNY', 'TEA', 'TEA', '9001']);
  });

  it('surcharges of options are read when the total needs them (U-19)', async () => {
    const engraving = { name: 'Гравиране', value: 'За Мария', price: '3.00' };
    const lines = [{ sku: 'CUP-01', quantity: 2, options: [engraving] }];
    expect(await posted({ lines, payment: 'cod' })).toEqual({ total: 0, shown: '1 ordered' });
  });
});

const warehouseVariants: readonly object[] = [
  { envelopeFlag: 'integer' },
  { envelopeFlag: 'success' },
  { partnerDeletedNo: 2 },
  { documentRounding: 'gross-first' },
  { documentRounding: 'per-line' },
  { lineDecimals: 4 },
  { negativeLine: 'quantity' },
  { negativeLine: 'refused' },
  { omittedDiscount: 'partner' },
  { extIdScope: 'app+type' },
  { fromIdInclusive: true },
  { defaultLimit: 1 },
];

describe('variants of the warehouse', () => {
  it.each(warehouseVariants.map((switches) => [JSON.stringify(switches), switches] as const))(
    '%s: the document is posted once, to the cent, and becomes a sale',
    async (_name, switches) => {
      await warehouseSwitches(switches);
      for (const preset of ['G02', 'G08', 'G11', 'G12']) {
        const id = await world.place({ preset });
        await world.settle(world.worker(), id);
        if (preset !== 'G08') await world.act(id, 'pay', { by: 'merchant' });
        const result = await world.settle(world.worker(), id);
        const documents = await world.documents(id);
        const { total } = await emulators.shop.control.get<{ total: number }>(`/orders/${id}`);
        expect({
          preset,
          state: result.state,
          documents: documents.map(({ type, lineGross }) => [type, Math.round(lineGross * 100)]),
        }).toEqual({ preset, state: 'sold', documents: [[2, total]] });
      }
    },
  );

  it('a refused negative line is written in the next way, and what was taken is remembered (Q-28)', async () => {
    await warehouseSwitches({ negativeLine: 'refused' });
    const first = await world.place({ preset: 'G02' });
    await world.settle(world.worker(), first);
    const answers = await pool.query<{ answer: string }>(
      `select answer from learned_answer where question = 'negative_lines'`,
    );
    expect(answers.rows).toEqual([{ answer: 'refused' }]);
    const { requests: before } = await emulators.warehouse.control.get<{ requests: { seq: number }[] }>(
      '/requests',
    );
    const second = await world.place({ preset: 'G02' });
    await world.settle(world.worker(), second);
    const { requests } = await emulators.warehouse.control.get<{ requests: { function: string }[] }>(
      `/requests?since=${before.at(-1)?.seq ?? 0}`,
    );
    expect(requests.filter((request) => request.function === 'saveOperation')).toHaveLength(1);
    expect((await world.documents(second))[0]?.lines.map(({ code }) => code)).not.toContain('9002');
  });
});
