import { describe, expect, it } from 'vitest';
import { ItemIndex } from '../../src/domain/catalogue/item-index.ts';
import {
  type ItemToMatch,
  type KnownLink,
  type MatchPolicy,
  type VariantToMatch,
  matchLoneItem,
  matchVariant,
} from '../../src/domain/catalogue/match.ts';
import { type MatchState, matchStates } from '../../src/domain/catalogue/match-states.ts';

const strict: MatchPolicy = {
  ...{ crossMatch: false, leadingZeros: 'ask', shopPricesWithVat: true },
};

function variant(changes: Partial<VariantToMatch> = {}): VariantToMatch {
  return {
    ...{ variantKey: 'variant:1', productName: 'Чаша', sku: 'CUP-1', barcode: '', price: 960 },
    ...{ unlimited: false, tracked: true, active: true, draft: false, digital: false, bundle: false },
    ...{ fractional: false, hasDescription: true, ...changes },
  };
}

function item(id: number, changes: Partial<ItemToMatch> = {}): ItemToMatch {
  return {
    ...{ id, code: `I-${id}`, barcode: '', extraCodes: [], deleted: false, isService: false, taxRate: '20' },
    ...{ measureId: 6, listPrice: '9.60', ...changes },
  };
}

function link(itemId: number, changes: Partial<KnownLink> = {}): KnownLink {
  return { itemId, ratio: '1', by: 'manual', refused: false, ...changes };
}

function match(
  the: VariantToMatch,
  items: readonly ItemToMatch[],
  {
    known,
    policy = strict,
    sameSku = 1,
    claims = 1,
  }: {
    known?: KnownLink;
    policy?: MatchPolicy;
    sameSku?: number;
    claims?: number;
  } = {},
) {
  const neighbours = { sameSku: () => sameSku, claims: () => claims };
  return matchVariant(the, known, new ItemIndex(policy.leadingZeros, items), neighbours, policy);
}

describe('a variant and the items of the warehouse', () => {
  const cases: [string, MatchState, VariantToMatch, ItemToMatch[], number | null, number | null][] = [
    ['the SKU is a code', 'will_link', variant(), [item(1, { code: 'CUP-1' })], 1, null],
    [
      'blanks around a code do not count',
      'will_link',
      variant({ sku: ' CUP-1 ' }),
      [item(1, { code: 'CUP-1' })],
      1,
      null,
    ],
    [
      'the barcode is a barcode',
      'will_link',
      variant({ barcode: '380' }),
      [item(1, { barcode: '380' })],
      1,
      null,
    ],
    [
      'both name the same item',
      'will_link',
      variant({ barcode: '380' }),
      [item(1, { code: 'CUP-1', barcode: '380' })],
      1,
      null,
    ],
    [
      'the SKU says one item and the barcode another',
      'ambiguous',
      variant({ barcode: '380' }),
      [item(1, { code: 'CUP-1' }), item(2, { barcode: '380' })],
      null,
      null,
    ],
    [
      'a shared barcode does not speak against the item of the SKU',
      'will_link',
      variant({ barcode: '380' }),
      [item(1, { code: 'CUP-1', barcode: '380' }), item(2, { barcode: '380' })],
      1,
      null,
    ],
    [
      'several items have the code',
      'duplicate_code_in_warehouse',
      variant(),
      [item(1, { code: 'CUP-1' }), item(2, { code: 'CUP-1' })],
      null,
      null,
    ],
    [
      'a code that several items have is not saved by the barcode',
      'duplicate_code_in_warehouse',
      variant({ barcode: '380' }),
      [item(1, { code: 'CUP-1', barcode: '380' }), item(2, { code: 'CUP-1' })],
      null,
      null,
    ],
    ['nothing has the code', 'will_be_created', variant(), [item(1)], null, null],
    [
      'nothing has the code, and there is no name',
      'missing_name',
      variant({ productName: ' ' }),
      [],
      null,
      null,
    ],
    [
      'neither SKU nor barcode',
      'missing_code',
      variant({ sku: ' ' }),
      [item(1, { code: '', barcode: '' })],
      null,
      null,
    ],
    [
      'zeros in front differ',
      'leading_zeros',
      variant({ sku: '00123' }),
      [item(1, { code: '123' })],
      null,
      1,
    ],
    ['blanks inside differ', 'blanks', variant({ sku: 'AB 12' }), [item(1, { code: 'AB12' })], null, 1],
    ['letter case differs', 'letter_case', variant({ sku: 'cup-1' }), [item(1, { code: 'CUP-1' })], null, 1],
    [
      'a Cyrillic letter looks like a Latin one',
      'look_alike_letters',
      variant({ sku: 'А-1' }),
      [item(1, { code: 'A-1' })],
      null,
      1,
    ],
    [
      'two items are a near miss: none is suggested',
      'letter_case',
      variant({ sku: 'cup-1' }),
      [item(1, { code: 'CUP-1' }), item(2, { code: 'Cup-1' })],
      null,
      null,
    ],
    [
      'a near miss of the barcode',
      'blanks',
      variant({ sku: 'X', barcode: '38 0' }),
      [item(1, { barcode: '380' })],
      null,
      1,
    ],
    [
      'an exact code comes before a near miss',
      'will_link',
      variant(),
      [item(1, { code: 'cup-1' }), item(2, { code: 'CUP-1' })],
      2,
      null,
    ],
    ['the SKU is a barcode', 'cross_match', variant({ sku: '380' }), [item(1, { barcode: '380' })], null, 1],
    [
      'the barcode is a code',
      'cross_match',
      variant({ sku: 'X', barcode: '380' }),
      [item(1, { code: '380' })],
      null,
      1,
    ],
    [
      'only a deleted item has the code',
      'deleted_in_warehouse',
      variant(),
      [item(1, { code: 'CUP-1', deleted: true })],
      null,
      1,
    ],
    [
      'a live item comes before a deleted one',
      'will_link',
      variant(),
      [item(1, { code: 'CUP-1', deleted: true }), item(2, { code: 'CUP-1' })],
      2,
      null,
    ],
    ['a bundle without an item', 'bundle', variant({ bundle: true }), [], null, null],
    [
      'a bundle whose code an item has',
      'will_link',
      variant({ bundle: true }),
      [item(1, { code: 'CUP-1' })],
      1,
      null,
    ],
  ];
  it.each(cases)('%s: %s', (_name, state, the, items, itemId, suggestedItemId) => {
    expect(match(the, items)).toMatchObject({ state, itemId, suggestedItemId });
  });

  it('takes the ratio of an extra code, and says that it is a pack', () => {
    const wine = item(1, {
      code: 'WINE',
      extraCodes: [{ code: 'WINE-6', kind: 'code', ratio: '6' }],
      listPrice: '2',
    });
    const found = match(variant({ sku: 'WINE-6', price: 1200 }), [wine]);
    expect(found).toMatchObject({
      state: 'will_link',
      itemId: 1,
      ratio: '6',
      matchedBy: 'extra_code',
      notes: ['pack'],
    });
  });

  it('takes an extra code for another kind of code only where the settings say so', () => {
    const wine = item(1, { extraCodes: [{ code: '380', kind: 'barcode', ratio: '6' }] });
    expect(match(variant({ sku: '380' }), [wine])).toMatchObject({
      state: 'cross_match',
      suggestedItemId: 1,
    });
    const policy = { ...strict, crossMatch: true };
    expect(match(variant({ sku: '380' }), [wine], { policy })).toMatchObject({
      state: 'will_link',
      ratio: '6',
    });
  });

  it('suggests a pack as a pack', () => {
    const wine = item(1, {
      code: 'WINE',
      extraCodes: [
        { code: 'WINE-6', kind: 'code', ratio: '6' },
        { code: '380', kind: 'barcode', ratio: '6' },
      ],
    });
    for (const sku of ['wine-6', '380'])
      expect(match(variant({ sku }), [wine])).toMatchObject({ suggestedItemId: 1, ratio: '6', itemId: null });
    expect(match(variant({ sku: 'wine' }), [wine])).toMatchObject({ suggestedItemId: 1, ratio: '1' });
  });

  it('takes a SKU for a barcode only where the settings say so', () => {
    const policy = { ...strict, crossMatch: true };
    const found = match(variant({ sku: '380' }), [item(1, { barcode: '380' })], { policy });
    expect(found).toMatchObject({ state: 'will_link', itemId: 1, matchedBy: 'barcode' });
  });

  it('overlooks zeros in front only where the settings say so', () => {
    const policy = { ...strict, leadingZeros: 'same' as const };
    const found = match(variant({ sku: '00123' }), [item(1, { code: '123' })], { policy });
    expect(found).toMatchObject({ state: 'will_link', itemId: 1 });
  });

  it('is not linked while another variant has its SKU, or stands for the same item', () => {
    const cup = item(1, { code: 'CUP-1' });
    expect(match(variant(), [cup], { sameSku: 2 })).toMatchObject({
      ...{ state: 'duplicate_code_in_shop', itemId: null, detail: { variants: 2 } },
    });
    expect(match(variant(), [cup], { claims: 2 })).toMatchObject({
      ...{ state: 'ambiguous', itemId: null, suggestedItemId: 1 },
    });
  });

  it('keeps a confirmed link whatever its codes and names have become', () => {
    const items = [item(1, { code: 'OTHER' }), item(2, { code: 'CUP-1' })];
    const known = link(1);
    for (const the of [variant(), variant({ sku: '' }), variant({ productName: '' })])
      expect(match(the, items, { known, sameSku: 5, claims: 5 })).toMatchObject({
        state: 'synchronised',
        itemId: 1,
      });
  });

  it('says that its linked item is gone or marked as deleted', () => {
    const deleted = [item(1, { deleted: true })];
    expect(match(variant(), deleted, { known: link(1) })).toMatchObject({
      state: 'deleted_in_warehouse',
      itemId: 1,
    });
    expect(match(variant(), [], { known: link(1) })).toMatchObject({
      state: 'deleted_in_warehouse',
      itemId: 1,
    });
  });

  it('is not linked again to an item that somebody refused, and is not created under its code either', () => {
    const known = link(1, { refused: true });
    const cup = item(1, { code: 'CUP-1' });
    expect(match(variant(), [cup], { known })).toMatchObject({
      state: 'unlinked',
      itemId: null,
      suggestedItemId: 1,
    });
    expect(match(variant({ sku: 'cup-1' }), [cup], { known })).toMatchObject({ state: 'will_be_created' });
    const another = item(2, { code: 'CUP-1' });
    expect(match(variant(), [cup, another], { known })).toMatchObject({ state: 'will_link', itemId: 2 });
  });

  it('tells of bundles, untracked, unlimited and fractional goods instead of guessing', () => {
    const the = variant({
      ...{ tracked: false, unlimited: true, fractional: true, active: false, draft: true, digital: true },
      hasDescription: false,
    });
    const found = match(the, [item(1, { code: 'CUP-1', measureId: null })]);
    expect(found.notes).toEqual([
      ...['no_measure', 'missing_description', 'untracked', 'unlimited', 'fractional', 'inactive', 'draft'],
      'digital',
    ]);
    expect(match(variant({ bundle: true, unlimited: true }), []).notes).toEqual(['bundle']);
  });

  it('compares the price with the chosen list only, exactly, in the mode of the shop', () => {
    const cup = item(1, { code: 'CUP-1', listPrice: '9.60' });
    const differs = (price: number | null, the: ItemToMatch = cup, policy: Partial<MatchPolicy> = {}) =>
      match(variant({ price }), [the], { policy: { ...strict, ...policy } }).notes.includes('price_differs');
    expect(differs(960)).toBe(false);
    expect(differs(961)).toBe(true);
    expect(differs(800, cup, { shopPricesWithVat: false })).toBe(false);
    expect(differs(960, cup, { shopPricesWithVat: false })).toBe(true);
    expect(differs(1, { ...cup, listPrice: null })).toBe(false);
    expect(differs(1, { ...cup, listPrice: '0' })).toBe(false);
    expect(differs(null)).toBe(false);
  });

  it('lists twenty of thousands of duplicates, and counts all', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => item(index + 1, { code: 'CUP-1' }));
    const { detail } = match(variant(), many);
    expect(detail).toMatchObject({ count: 5_000 });
    expect(detail['items']).toHaveLength(20);
  });

  it('every state of a variant was met above', () => {
    const elsewhere: MatchState[] = ['ignored', 'only_in_warehouse', 'deleted_in_shop'];
    const met = new Set<MatchState>([
      ...cases.map(([, state]) => state),
      'synchronised',
      'duplicate_code_in_shop',
      'unlinked',
    ]);
    expect(matchStates.filter((state) => !met.has(state))).toEqual(elsewhere);
  });
});

describe('an item without a variant', () => {
  it('is only in the warehouse; a service, or one without a measure, says so', () => {
    expect(matchLoneItem(item(1))).toMatchObject({ state: 'only_in_warehouse', itemId: 1, notes: [] });
    expect(matchLoneItem(item(1, { measureId: null })).notes).toEqual(['no_measure']);
    expect(matchLoneItem(item(1, { isService: true })).notes).toEqual(['service_item']);
  });
});
