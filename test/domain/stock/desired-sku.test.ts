import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ExportSettings,
  type SkuInput,
  desiredSku,
  figuresOf,
  isClaimed,
  objectsNamed,
  objectsOf,
  urgencyOf,
} from '../../../src/domain/stock/desired-sku.ts';

const settings: ExportSettings = {
  ...{ stockObjects: 'all', storeStock: [], stockBuffer: '0', holdBack: 'auto', warehouseReserves: null },
  ...{ exportQuantities: true, exportPrices: true, priceList: 2, shopPricesWithVat: true, convertBgn: false },
};
const input: SkuInput = {
  storeId: 0,
  quantities: [{ objectId: 0, quantity: '10' }],
  claims: [],
  ...{ ratio: '1', fractional: false, prices: [null, '12.50'], taxRate: '20', shownPrice: null },
  ...{ readStartedAtMs: 1_000, warehouseCurrency: 'EUR', shopCurrency: 'EUR' },
};
const order = (changes: Partial<SkuInput['claims'][number]>): SkuInput['claims'][number] => ({
  ...{ shopOrderId: '7', quantity: '3', decrementedInShop: false, writtenOffAtMs: null, orderedAtMs: null },
  ...changes,
});
const quantityOf = (changes: Partial<SkuInput>, of: Partial<ExportSettings> = {}) =>
  desiredSku({ ...input, ...changes }, { ...settings, ...of }).quantity?.quantity;

describe('what the shop should show', () => {
  it('the sum over all objects has a number of its own; named objects are added up', () => {
    expect(objectsOf(settings)).toEqual([0]);
    expect(objectsOf({ ...settings, stockObjects: [2, 5] })).toEqual([2, 5]);
    const quantities = [
      { objectId: 0, quantity: '10' },
      { objectId: 2, quantity: '4' },
      { objectId: 5, quantity: '3' },
    ];
    expect(quantityOf({ quantities })).toBe('10');
    expect(quantityOf({ quantities }, { stockObjects: [2, 5] })).toBe('7');
  });

  it('says no quantity where an object never showed the item: nothing is not zero', () => {
    expect(quantityOf({ quantities: [] })).toBeUndefined();
    expect(
      quantityOf({ quantities: [{ objectId: 2, quantity: '4' }] }, { stockObjects: [2, 5] }),
    ).toBeUndefined();
    expect(desiredSku({ ...input, quantities: [] }, settings)).toMatchObject({
      quantity: null,
      price: 1_250,
      priceRefused: null,
    });
  });

  it('of a store is the sum of its own objects, in whole units, without a price; the variant keeps its quantity', () => {
    const quantities = [
      { objectId: 0, quantity: '20' },
      { objectId: 2, quantity: '4.5' },
      { objectId: 3, quantity: '3.4' },
    ];
    const storeStock = [
      { storeId: 7, objects: [2, 3] },
      { storeId: 8, objects: [3] },
      { storeId: 9, objects: 'all' as const },
    ];
    const of = (storeId: number) =>
      desiredSku({ ...input, storeId, quantities, fractional: true }, { ...settings, storeStock });
    expect([7, 8, 9].map((id) => of(id).quantity?.quantity)).toEqual(['7', '3', '20']);
    expect([7, 8, 9].map((id) => of(id).price)).toEqual([null, null, null]);
    expect(of(0)).toMatchObject({ quantity: null, price: 1_250 });
    // A store that the settings do not name is none of ours, and without stores none is.
    expect(of(10).quantity).toBeNull();
    expect(desiredSku({ ...input, storeId: 7, quantities }, settings).quantity).toBeNull();
    expect(objectsOf({ ...settings, storeStock })).toEqual([2, 3, 0]);
    expect(objectsNamed({ ...settings, storeStock, objectId: 5 })).toEqual([5, 2, 3]);
    expect([figuresOf(settings), figuresOf({ storeStock })]).toEqual([[0], [7, 8, 9]]);
  });

  it('every store gives up what an order takes, and keeps the buffer', () => {
    const quantities = [2, 3].map((objectId) => ({ objectId, quantity: '6' }));
    const storeStock = [2, 3].map((objectId) => ({ storeId: objectId + 5, objects: [objectId] }));
    const claims = [order({ decrementedInShop: true })];
    for (const storeId of [7, 8])
      expect(quantityOf({ storeId, quantities, claims }, { storeStock, stockBuffer: '1' })).toBe('2');
  });

  it('an item that is missing in one object holds back only what is the sum of it', () => {
    const quantities = [
      { objectId: 2, quantity: '4', missing: true },
      { objectId: 3, quantity: '3', missing: false },
    ];
    const storeStock = [2, 3].map((objectId) => ({ storeId: objectId, objects: [objectId] }));
    const missing = (storeId: number) =>
      desiredSku({ ...input, storeId, quantities }, { ...settings, storeStock }).missing;
    expect([missing(2), missing(3)]).toEqual([true, false]);
  });

  it.each<[ExportSettings['holdBack'], ExportSettings['warehouseReserves'], string]>([
    ['on', null, '7'],
    ['off', null, '10'],
    ['auto', null, '7'],
    ['auto', false, '7'],
    // The warehouse holds them back itself: they are not in the quantity any more.
    ['auto', true, '10'],
    ['on', true, '10'],
  ])(
    'an order that waits in the warehouse, hold-back %s, the warehouse reserves %s: %s',
    (holdBack, reserves, shown) => {
      const claims = [order({ orderedAtMs: 500 })];
      expect(quantityOf({ claims }, { holdBack, warehouseReserves: reserves })).toBe(shown);
    },
  );

  it('what is switched off is not said', () => {
    expect(desiredSku(input, { ...settings, exportQuantities: false })).toMatchObject({
      quantity: null,
      price: 1_250,
    });
    expect(desiredSku(input, { ...settings, exportPrices: false })).toMatchObject({
      price: null,
      priceRefused: null,
    });
    expect(desiredSku(input, { ...settings, priceList: null })).toMatchObject({
      price: null,
      priceRefused: null,
    });
  });

  it('a price that is refused says why, and the quantity goes on', () => {
    const desired = desiredSku({ ...input, prices: [null, '0'] }, settings);
    expect(desired.price).toBeNull();
    expect(desired.priceRefused).not.toBeNull();
    expect(desired.quantity?.quantity).toBe('10');
  });

  it('another order never raises the figure, whatever its state', () => {
    const moment = fc.constantFrom(null, 500, 1_500);
    const claim = fc.record({
      shopOrderId: fc.constant('8'),
      quantity: fc.integer({ min: 1, max: 20 }).map(String),
      decrementedInShop: fc.boolean(),
      writtenOffAtMs: fc.constantFrom(null, 'unknown' as const, 500, 1_500),
      orderedAtMs: moment,
    });
    const switches = fc.record({
      holdBack: fc.constantFrom('on' as const, 'off' as const, 'auto' as const),
      warehouseReserves: fc.constantFrom(true, false, null),
    });
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 5 }), claim, switches, (claims, more, of) => {
        const before = Number(quantityOf({ claims }, of));
        expect(Number(quantityOf({ claims: [...claims, more] }, of))).toBeLessThanOrEqual(before);
        expect(before).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is worked out again with every read as long as an order takes something off', () => {
    const claimed = (claims: SkuInput['claims']) => isClaimed(desiredSku({ ...input, claims }, settings));
    expect(claimed([])).toBe(false);
    expect(claimed([order({ decrementedInShop: true })])).toBe(true);
    expect(claimed([order({ decrementedInShop: true, writtenOffAtMs: 500 })])).toBe(false);
    expect(claimed([order({ decrementedInShop: true, writtenOffAtMs: 1_500 })])).toBe(true);
    expect(isClaimed({ quantity: null })).toBe(false);
  });
});

describe('how urgent a change is', () => {
  const urgency = (shown: [string | null, number | null], wanted: [string | null, number | null]) =>
    urgencyOf({ quantity: shown[0], price: shown[1] }, { quantity: wanted[0], price: wanted[1] });

  it.each<[string, [string | null, number | null], [string | null, number | null], number | null]>([
    ['sold out', ['5', 100], ['0', 100], 0],
    ['sold out, and dearer', ['5', 100], ['0', 200], 0],
    ['nearly sold out', ['9', 100], ['3', 100], 1],
    ['not known, and few', [null, null], ['2', null], 1],
    ['a few more than none', ['1', 100], ['3', 100], 3],
    ['cheaper', ['9', 100], ['9', 90], 2],
    ['cheaper, and more', ['5', 100], ['9', 90], 2],
    ['dearer', ['9', 100], ['9', 110], 3],
    ['more', ['5', 100], ['9', 100], 3],
    ['fewer, but enough', ['50', 100], ['40', 100], 3],
    ['the first price', ['9', null], ['9', 100], 3],
    ['the same, written otherwise', ['5.000', 100], ['5', 100], null],
    ['nothing is said', ['5', 100], [null, null], null],
  ])('%s', (_name, shown, wanted, expected) => expect(urgency(shown, wanted)).toBe(expected));
});
