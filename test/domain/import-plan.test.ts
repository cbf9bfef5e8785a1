import { describe, expect, it } from 'vitest';
import {
  type ImportAccount,
  type PlanItem,
  type PlanMatch,
  type PlanVariant,
  mainRateOf,
  planItem,
} from '../../src/domain/catalogue/import-plan.ts';
import { LONGEST_NAME, itemName, newItemPrice, usableCode } from '../../src/domain/catalogue/item-fields.ts';
import { outcomeTexts, skipTexts } from '../../src/domain/catalogue/import-texts.ts';
import { matchStates } from '../../src/domain/catalogue/match-states.ts';

const variant: PlanVariant = {
  ...{ productName: 'Тениска Бор', options: 'M / Зелен', sku: 'TB-M', barcode: '3800123450013', price: 2490 },
  ...{ currency: null, taxRate: null, digital: false, fractional: false, unit: null },
};
const account: ImportAccount = {
  taxGroups: [
    { number: 4, rate: '20' },
    { number: 1, rate: '20.0' },
    { number: 2, rate: '9' },
  ],
  mainRate: '20',
  measures: [
    { id: 7, name: 'Кг', uses: 90 },
    { id: 6, name: 'Бр.', uses: 40 },
  ],
  ...{ currency: 'EUR', pricesWithVat: true, priceList: 2, shopPricesWithVat: true, convertBgn: false },
};
const choices = { taxRate: null, measureId: null, groupId: null };
const isNew: PlanMatch = { state: 'will_be_created', item: null, ratio: null, sharing: 0 };
const item: PlanItem = {
  ...{ itemId: 8, name: 'Тениска Бор M / Зелен', barcode: '3800123450013', isService: false, extraCodes: [] },
};
const linked = (changes: Partial<PlanItem> = {}, more: Partial<PlanMatch> = {}): PlanMatch => ({
  ...{ state: 'synchronised' as const, item: { ...item, ...changes }, ratio: '1', sharing: 1 },
  ...more,
});

describe('what an import does about a variant', () => {
  it('a new one: SKU as code, product and options as name, VAT by its percent, pieces, price of the list', () => {
    expect(planItem(variant, isNew, account, choices)).toEqual({
      action: 'create',
      notes: ['vat_assumed'],
      item: {
        ...{
          code: 'TB-M',
          name: 'Тениска Бор M / Зелен',
          barcode: '3800123450013',
          taxRate: '20',
          taxGroup: 1,
        },
        ...{ measureId: 6, groupId: null, isService: false, priceList: 2 },
        price: { withVat: '24.9', withoutVat: '20.75' },
      },
    });
  });

  it.each([
    ['VAT that the shop shows', { taxRate: '9' }, {}, { taxGroup: 2, taxRate: '9' }],
    ['VAT that was chosen goes first', { taxRate: '9' }, { taxRate: '20' }, { taxGroup: 1 }],
    ['a unit has its measure', { unit: 'кг' }, {}, { measureId: 7 }],
    ['a chosen measure and group', {}, { measureId: 99, groupId: 5 }, { measureId: 99, groupId: 5 }],
    ['nothing digital lies on a shelf', { digital: true }, {}, { isService: true }],
    ['a SKU that is none: a code of micro.bg', { sku: ' ' }, {}, { code: null }],
    ['no price: none is written', { price: null }, {}, { price: null }],
  ])('%s', (_what, of, chosen, expected) => {
    const plan = planItem({ ...variant, ...of }, isNew, account, { ...choices, ...chosen });
    expect(plan).toMatchObject({ action: 'create', item: expected });
  });

  it.each([
    ['vat_group_missing', { taxRate: '5' }, {}],
    ['vat_unknown', {}, { mainRate: null }],
    ['measure_missing', { unit: 'л' }, {}],
    ['measure_missing', {}, { measures: [] }],
    ['code_unusable', { sku: 'x'.repeat(51), barcode: '' }, {}],
    ['missing_name', { productName: ' ' }, {}],
  ])('%s: nothing is guessed', (reason, of, from) => {
    const plan = planItem({ ...variant, ...of }, isNew, { ...account, ...from }, choices);
    expect(plan).toMatchObject({ action: 'skip', reason });
  });

  it('a linked one: name and barcode where the shop has them and they differ, with what was there before', () => {
    expect(planItem(variant, linked(), account, choices)).toMatchObject({
      action: 'skip',
      reason: 'unchanged',
    });
    expect(planItem(variant, linked({ name: 'Стара', barcode: '' }), account, choices)).toMatchObject({
      action: 'update',
      changes: {
        name: { before: 'Стара', after: 'Тениска Бор M / Зелен' },
        barcode: { before: '', after: '3800123450013' },
      },
    });
    // Never a blank, and never a barcode that the item carries as that of a pack.
    expect(planItem({ ...variant, barcode: '' }, linked({ barcode: '1' }), account, choices)).toMatchObject({
      reason: 'unchanged',
    });
    const carried = linked({ barcode: '1', extraCodes: [{ code: '3800123450013', kind: 'barcode' }] });
    expect(planItem(variant, carried, account, choices)).toMatchObject({ reason: 'unchanged' });
  });

  it('a pack, a shared item and a service keep their name; a new link of theirs is stored all the same', () => {
    for (const [changes, more, reason] of [
      [{ name: 'x' }, { ratio: '6' }, 'shared_item'],
      [{ name: 'x' }, { sharing: 2 }, 'shared_item'],
      [{ name: 'x', isService: true }, {}, 'service_item'],
    ] as const) {
      expect(planItem(variant, linked(changes, more), account, choices)).toMatchObject({ reason });
      const willLink = linked(changes, { ...more, state: 'will_link' });
      expect(planItem(variant, willLink, account, choices)).toMatchObject({ action: 'link', itemId: 8 });
    }
  });

  it('every state of a report is a plan, and every reason and outcome has words in both languages', () => {
    for (const state of matchStates) {
      const plan = planItem(variant, { ...linked(), state }, account, choices);
      if (plan.action === 'skip') expect(skipTexts[plan.reason].bg).toMatch(/[а-я]/);
    }
    for (const { bg, en } of Object.values(outcomeTexts))
      expect([/[а-я]/.test(bg), /[a-z]/.test(en)]).toEqual([true, true]);
  });
});

describe('fields of a new item', () => {
  it('a name that is too long is cut in the product, so that variants stay apart; whole characters', () => {
    const long = { productName: `${'Дълго име '.repeat(40)}😀`, options: 'XL / Син' };
    const { name, cut } = itemName(long);
    expect(cut).toBe(true);
    expect(name.length).toBeLessThanOrEqual(LONGEST_NAME);
    expect(name).toMatch(/… XL \/ Син$/);
    expect(itemName({ productName: 'x', options: 'о'.repeat(500) }).name).toHaveLength(LONGEST_NAME);
    expect(itemName({ productName: '😀'.repeat(200), options: '' }).name).toBe(`${'😀'.repeat(99)}…`);
  });

  it.each([
    ['TB-M', 'TB-M'],
    [' 00123 ', '00123'],
    ['', null],
    ['a\nb', null],
    ['x'.repeat(51), null],
  ])('the SKU %j as a code: %j', (sku, code) => {
    expect(usableCode(sku)).toBe(code);
  });

  it('a price comes back to the same cents in every VAT mode, for every rate and every price', () => {
    for (const taxRate of ['20', '9', '0', '5.5'])
      for (let minor = 1; minor < 3_000; minor += 7) {
        const input = { minor, taxRate, shopCurrency: null, warehouseCurrency: 'EUR', convertBgn: false };
        const gross = newItemPrice({ ...input, shopWithVat: true });
        const back = Number(gross?.withoutVat) * (1 + Number(taxRate) / 100) * 100;
        expect(Math.round(back)).toBe(minor);
        const net = newItemPrice({ ...input, shopWithVat: false });
        expect(Math.round((Number(net?.withVat) / (1 + Number(taxRate) / 100)) * 100)).toBe(minor);
      }
  });

  it('levs are converted only where the settings say so, and no other currency at all', () => {
    const input = { minor: 19_558, shopWithVat: true, taxRate: '20', warehouseCurrency: 'EUR' };
    expect(newItemPrice({ ...input, shopCurrency: 'BGN', convertBgn: true })?.withVat).toBe('99.9985');
    expect(newItemPrice({ ...input, shopCurrency: 'BGN', convertBgn: false })).toBeNull();
    expect(newItemPrice({ ...input, shopCurrency: 'USD', convertBgn: true })).toBeNull();
  });

  it('the main rate: 20 in Bulgaria, 0 without VAT, elsewhere what most items have', () => {
    const used = [
      { rate: '21', items: 3 },
      { rate: '12', items: 1 },
    ];
    expect(mainRateOf({ countryCode: 'BG', isVatRegistered: true }, used)).toBe('20');
    expect(mainRateOf({ countryCode: 'BG', isVatRegistered: false }, used)).toBe('0');
    expect(mainRateOf({ countryCode: 'RO', isVatRegistered: true }, used)).toBe('21');
    expect(mainRateOf({ countryCode: 'RO', isVatRegistered: true }, [])).toBeNull();
  });
});
