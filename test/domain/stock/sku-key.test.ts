import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWN, skuKey, skuOf } from '../../../src/domain/stock/sku-key.ts';

describe('the key of a SKU', () => {
  it('is the variant itself for its own figure, and names the store for others', () => {
    expect(skuKey({ variantKey: 'variant:5102', storeId: OWN })).toBe('variant:5102');
    expect(skuKey({ variantKey: 'variant:5102', storeId: 2 })).toBe('variant:5102@2');
    expect(skuOf('variant:5102')).toEqual({ variantKey: 'variant:5102', storeId: OWN });
  });

  it('is read as it was written, for every variant and store', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (variant, storeId) => {
        const sku = { variantKey: `variant:${variant}`, storeId };
        expect(skuOf(skuKey(sku))).toEqual(sku);
      }),
    );
  });
});
