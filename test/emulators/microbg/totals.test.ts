import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestLine } from './warehouse.ts';

const ROUNDINGS = ['each', 'gross-first', 'per-line'] as const;
type Totals = readonly [net: number, vat: number];

/** Worked by hand: lines, then totals of the three ways to round, then the exact gross of the lines in cents. */
const CASES: readonly (readonly [
  name: string,
  type: number,
  withVat: 0 | 1,
  lines: readonly TestLine[],
  totals: readonly [Totals, Totals, Totals],
  gross: number,
])[] = [
  [
    'G01 goods and delivery',
    ...([19, 1] as const),
    [
      ['TB-M-GRN', 2, 24.9],
      ['CUP-01', 1, 9.6],
      ['9001', 1, 4.8],
    ],
    [
      [53.5, 10.7],
      [53.5, 10.7],
      [53.5, 10.7],
    ],
    64.2,
  ],
  [
    'G02 discount as its own line, fee',
    ...([19, 1] as const),
    [
      ['TB-M-GRN', 2, 24.9],
      ['CUP-01', 1, 9.6],
      ['9002', 1, -5.94],
      ['9001', 1, 4.8],
      ['9003', 1, 1.2],
    ],
    [
      [49.55, 9.91],
      [49.55, 9.91],
      [49.55, 9.91],
    ],
    59.46,
  ],
  [
    'G05 two VAT rates',
    ...([2, 1] as const),
    [
      ['BOOK-1', 1, 18],
      ['CUP-01', 2, 8.64],
      ['9001', 1, 4.8],
    ],
    [
      [34.91, 5.17],
      [34.91, 5.17],
      [34.91, 5.17],
    ],
    40.08,
  ],
  [
    'G08 a price that no net and VAT in cents make up',
    ...([2, 1] as const),
    [['PEN-1', 1, 9.99]],
    [
      [8.33, 1.67],
      [8.33, 1.66],
      [8.33, 1.67],
    ],
    9.99,
  ],
  [
    'G11 a fraction of a kilogram: half a cent in the gross',
    ...([19, 1] as const),
    [
      ['CHS-KG', 0.35, 18.9],
      ['9001', 1, 4.8],
    ],
    [
      [9.51, 1.9],
      [9.51, 1.91],
      [9.51, 1.9],
    ],
    11.42,
  ],
  [
    'G12 prices without VAT',
    ...([19, 0] as const),
    [
      ['TB-M-GRN', 2, 20.75],
      ['9001', 1, 4],
      ['9003', 1, 1],
    ],
    [
      [46.5, 9.3],
      [46.5, 9.3],
      [46.5, 9.3],
    ],
    55.8,
  ],
  [
    'three lines of thirds: rounding each line loses a cent',
    ...([2, 1] as const),
    [
      ['BAT-3', 1, 3.33],
      ['BAT-3', 1, 3.33],
      ['BAT-3', 1, 3.33],
    ],
    [
      [8.33, 1.67],
      [8.33, 1.66],
      [8.34, 1.68],
    ],
    9.99,
  ],
  [
    'a discount in percent',
    ...([2, 1] as const),
    [['TB-M-GRN', 3, 24.9, 12.5]],
    [
      [54.47, 10.89],
      [54.47, 10.89],
      [54.47, 10.89],
    ],
    65.36,
  ],
];

describe.each(ROUNDINGS)('totals rounded %s', (documentRounding) => {
  it.each(CASES)('%s', async (_, type, PricesWithVat, lines, totals, gross) => {
    const test = await startWarehouse();
    await test.switches({ documentRounding });
    const { data } = await test.save(type, 600, lines, { PricesWithVat });
    expect([data.Amount, data.AmountVat]).toEqual(totals[ROUNDINGS.indexOf(documentRounding)]);
    const { operations } = await test.control('GET', '/operations?ext=600');
    expect(operations[0].lineGross).toBe(gross);
  });
});

describe('unit prices', () => {
  it('are without VAT, after the discount and not rounded to cents', async () => {
    const test = await startWarehouse();
    await test.save(2, 601, [['BOOK-1', 3, 20, 10]]);
    const [row] = await test.ask('getOperations', { OperType: 2, ExtAppDocId: 601 });
    expect(row.Items[0]).toMatchObject({ Qtty: 3, PriceOut: 16.5137615, VatOut: 1.4862385, TaxValue: 9 });
    await test.switches({ lineDecimals: 4 });
    await test.save(2, 601, [['BOOK-1', 3, 20, 10]]);
    const [again] = await test.ask('getOperations', { OperType: 2, ExtAppDocId: 601 });
    expect(again.Items[0]).toMatchObject({ PriceOut: 16.5138, VatOut: 1.4862 });
  });

  it.each([
    [false, 9.6],
    [true, 8],
  ])('without VAT, a price that contains it is reduced: %s', async (nullVatReducesPrice, net) => {
    const test = await startWarehouse();
    await test.switches({ nullVatReducesPrice });
    const { data } = await test.save(2, 602, [['CUP-01', 1, 9.6]], { NullVat: 1 });
    expect([data.Amount, data.AmountVat, data.NullVat]).toEqual([net, 0, 1]);
  });

  it('carry no VAT in a company that is not registered', async () => {
    const test = await startWarehouse();
    await test.settings({ IsVat: 0 });
    const { data } = await test.save(2, 603, [['CUP-01', 1, 9.6]]);
    expect([data.Amount, data.AmountVat, data.IsVat]).toEqual([9.6, 0, 0]);
  });

  it('are rounded in the document to the decimals of the account', async () => {
    const test = await startWarehouse();
    await test.settings({ Percision: 4 });
    const { data } = await test.save(2, 604, [['PEN-1', 1, 9.99]]);
    expect([data.Amount, data.AmountVat]).toEqual([8.325, 1.665]);
  });
});
