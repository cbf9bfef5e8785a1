import { describe, expect, it } from 'vitest';
import { currentReport, reportRows } from '../../src/db/queries/catalogue/reports.ts';
import { type ShopVariant, listVariants, storeVariants } from '../../src/db/queries/catalogue/variants.ts';
import { type WarehouseItem, listItems, storeItems } from '../../src/db/queries/catalogue/warehouse-items.ts';
import { foldCode } from '../../src/domain/catalogue/codes.ts';
import { testConnection, testDatabase } from '../support/database.ts';

const { pool } = await testDatabase();
await testConnection(pool, 'tables');

const variant: ShopVariant = {
  ...{ variantKey: 'variant:5102', variantId: 5102, productId: 812, productName: 'Тениска Бор' },
  ...{ options: 'M / Зелен', sku: 'TB-M-GRN', barcode: '3800123450013', price: 2490, currency: null },
  ...{ taxRate: null, quantity: '17', unlimited: false, tracked: true, active: true, draft: false },
  ...{ digital: false, bundle: false, fractional: false, unit: null, hasDescription: true },
  productUpdatedAt: '2026-08-20 14:05:33',
};
const item: WarehouseItem = {
  ...{ itemId: 8814, code: 'WINE', barcode: '3800200000017', name: 'Вино Мерло 0.75', isService: false },
  extraCodes: [{ code: 'WINE-6', kind: 'code', ratio: '6' }],
  ...{ taxGroup: 1, taxRate: '20', measureId: 6, measureName: 'Бр.', groupId: 206 },
  prices: ['7.2', '9.9', null],
  ...{ deleted: false, updatedAt: null, foldedCodes: ['WINE', '3800200000017', 'WINE-6'] },
};

describe('tables of the catalogue', () => {
  it('give a variant back as it was stored, and the newest read of it', async () => {
    await storeVariants(pool, 'tables', [variant], 1);
    expect(await listVariants(pool, 'tables', { after: '', limit: 10 })).toEqual([variant]);
    await storeVariants(pool, 'tables', [{ ...variant, sku: 'TB-M', quantity: null, unlimited: true }], 2);
    expect(await listVariants(pool, 'tables', { after: '', limit: 10 })).toEqual([
      { ...variant, sku: 'TB-M', quantity: null, unlimited: true },
    ]);
  });

  it('give an item back as it was stored, with its extra codes and prices', async () => {
    await storeItems(pool, 'tables', [item], 1);
    expect(await listItems(pool, 'tables', { after: 0, limit: 10 })).toEqual([item]);
  });

  it('have no report before one is finished', async () => {
    expect(await currentReport(pool, 'tables')).toBeUndefined();
    const { rows } = await pool.query<{ id: number }>(
      `insert into match_report (connection_id, asked_by, state, started_at, finished_at)
       values ('tables', 'test', 'finished', now(), now()) returning id`,
    );
    const id = rows[0]?.id ?? 0;
    await pool.query(
      `insert into match_row (report_id, connection_id, row_key, variant_key, state, name_key, code_key, search)
       values ($1, 'tables', 'variant:5102', 'variant:5102', 'will_be_created', 'т', 'tb', 'тениска')`,
      [id],
    );
    expect(await currentReport(pool, 'tables')).toMatchObject({ id });
    const all = { after: '', limit: 10 };
    expect(await reportRows(pool, id, { ...all, states: ['missing_code'] })).toEqual([]);
    expect(await reportRows(pool, id, { ...all, states: null })).toMatchObject([
      { rowKey: 'variant:5102', state: 'will_be_created', itemId: null, notes: [] },
    ]);
  });

  it('know every code of an item in the form in which confused codes are the same', () => {
    expect(foldCode(' 00 123 ')).toBe('123');
    expect(foldCode('тв-м')).toBe('TB-M');
  });
});
