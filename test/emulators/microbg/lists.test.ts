import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestWarehouse } from './warehouse.ts';

type Row = Readonly<Record<string, unknown>> & { readonly id: number };

async function walk(test: TestWarehouse, name: string, parameters: object): Promise<Row[]> {
  const rows: Row[] = [];
  for (let fromId = 0; ; fromId = rows.at(-1)?.id ?? 0) {
    const page = (await test.ask(name, { ...parameters, fromId })) as Row[];
    rows.push(...page);
    if (page.length === 0) return rows;
  }
}

describe('seed', () => {
  it('holds every item that the golden orders name, under exactly that code and rate', async () => {
    const test = await startWarehouse();
    const codes =
      'TB-M-GRN CUP-01 PEN-1 BAT-3 SCR-440 CHS-KG MUG-2 WINE HNY TEA BOX JAR TB-L-GRN TB-M-BLU TB-L-BLU ENV-1 GIFT-50 ENGRAVE TB-2027';
    for (const Code of codes.split(' ')) {
      const rows = await test.ask('getItems', { Code });
      expect([Code, rows.length, rows[0]?.TaxValue]).toEqual([Code, 1, 20]);
    }
    expect((await test.ask('getItems', { Code: 'BOOK-1' }))[0]).toMatchObject({ TaxValue: 9, TaxGroup: 2 });
    expect((await test.ask('getItems', { Code: 'CHS-KG' }))[0].MeasureName).toBe('Кг');
    expect((await test.ask('getItems', { Code: 'WINE' }))[0].AddCodes).toContainEqual({
      ...{ MeasureId: 108, Code: 'WINE-6', CodeType: 1, Ratio: 6 },
    });
    for (const Code of ['CANDLE', 'KIT-1']) expect(await test.ask('getItems', { Code })).toEqual([]);
  });

  it('has service items 9001 to 9003 whose code is their id', async () => {
    const test = await startWarehouse();
    const names = ['Доставка', 'Търговска отстъпка', 'Такса'];
    for (const [index, Name] of names.entries()) {
      const [item] = await test.ask('getItems', { Id: 9001 + index });
      expect(item).toMatchObject({ Code: 9001 + index, Name, NotStorable: 1, TaxValue: 20 });
    }
  });

  it('has the objects, payment types and tax groups that others count on', async () => {
    const test = await startWarehouse();
    const company = await test.ask('getCompanyData');
    expect(company).toMatchObject({ currencyCode: 'EUR', CountryCode: 'BG', Percision: 2, QntPercision: 3 });
    const objects = (await test.ask('getObjects')) as Row[];
    expect(objects.map(({ id, Name }) => [id, Name])).toContainEqual([2, 'Централен склад']);
    const types = (await test.ask('getPaymentTypes')) as Row[];
    expect(types.map(({ id, PaymentMethod }) => [id, PaymentMethod])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
      [9, 2],
    ]);
    const groups = (await test.ask('getTaxGroups')) as Row[];
    expect(groups.map(({ TaxGroup, TaxValue }) => [TaxGroup, TaxValue])).toEqual([
      [1, 20],
      [2, 9],
      [3, 0],
    ]);
  });

  it('has more than two pages of items, negative stock, a deleted item and long purchase prices', async () => {
    const test = await startWarehouse();
    const items = await walk(test, 'getItems', { limit: 100 });
    expect(items.length).toBeGreaterThan(250);
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    expect(items.some((item) => item['Deleted'] === 1)).toBe(true);
    expect(items.some((item) => String(item['PriceIn']).length >= 9)).toBe(true);
    const stock = (await test.ask('getItemQuantities', { ObjectId: 2 })) as { Qtty: number }[];
    expect(stock.some((row) => row.Qtty < 0)).toBe(true);
  });
});

describe('paging', () => {
  it('comes by ascending id, exclusive of the cursor', async () => {
    const test = await startWarehouse();
    const ids = (await walk(test, 'getItems', { limit: 37 })).map((row) => row.id);
    expect(ids).toEqual([...ids].sort((left, right) => left - right));
    expect(ids).toHaveLength(test.emulator.warehouse.company()?.items.size ?? 0);
  });

  it('includes the cursor when it is told so', async () => {
    const test = await startWarehouse();
    const first = test.itemId('TB-M-GRN');
    const ids = async () =>
      (await test.ask('getItems', { fromId: first, limit: 2 })).map((row: Row) => row.id - first);
    expect(await ids()).toEqual([1, 2]);
    await test.switches({ fromIdInclusive: true });
    expect(await ids()).toEqual([0, 1]);
  });

  it('turns the rows inside a page round when it is told so', async () => {
    const test = await startWarehouse();
    const first = test.itemId('TB-M-GRN');
    await test.switches({ pageOrder: 'descending' });
    const rows = (await test.ask('getItems', { fromId: first, limit: 3 })) as Row[];
    expect(rows.map((row) => row.id - first)).toEqual([3, 2, 1]);
  });

  it('has a default limit and a hard one that it applies silently', async () => {
    const test = await startWarehouse();
    const count = async (parameters: object) => (await test.ask('getItems', parameters)).length as number;
    expect(await count({})).toBe(100);
    expect(await count({ limit: 10_000 })).toBe(test.emulator.warehouse.company()?.items.size);
    await test.switches({ defaultLimit: 5, maxLimit: 50 });
    expect([await count({}), await count({ limit: 20 }), await count({ limit: 500 })]).toEqual([5, 20, 50]);
  });

  it('filters by the date of the last change, in wall time of Sofia or another zone', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/clock', { freezeAt: '2026-12-01T08:30:00Z' });
    await test.ask('editItem', {}, { id: test.itemId('TEA'), PriceOut2: 8.2 });
    const changed = async (fromDate: string) =>
      (await test.ask('getItems', { fromDate })).map((row: Row) => row['Code']);
    expect(await changed('2026-12-01 10:30:00')).toEqual(['TEA']);
    expect(await changed('2026-12-01 10:30:01')).toEqual([]);
    await test.switches({ timeZone: 'UTC' });
    await test.ask('editPartner', {}, { id: 917, City: 'Видин' });
    const [partner] = await test.ask('getPartners', { fromDate: '2026-12-01 08:30:00', Id: 917 });
    expect(partner.DateUpdated).toBe('2026-12-01 08:30:00');
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('lists deleted rows: %s', async (listDeleted, rows) => {
    const test = await startWarehouse();
    await test.switches({ listDeleted });
    expect(await test.ask('getItems', { Code: 'OLD-1' })).toHaveLength(rows);
    expect(await test.ask('getPartners', { Id: 933 })).toHaveLength(rows);
  });

  it('ignores parameters that nobody documented', async () => {
    const test = await startWarehouse();
    expect(await test.ask('getItems', { Name: 'x', limit: 3 })).toHaveLength(3);
  });
});

describe('items', () => {
  it('have exactly the documented keys; codes of digits are numbers, barcodes are texts', async () => {
    const test = await startWarehouse();
    const [item] = await test.ask('getItems', { Code: 'WATER-24' });
    const keys =
      'id GroupName GroupPath GroupId Code Barcode Name NotStorable TaxGroup TaxValue MeasureName MeasureId PriceIn PriceOut1 PriceOut2 PriceOut3 PriceOut4 PriceOut5 PriceOut6 PriceOut7 PriceOut8 PriceOut9 PriceOut10 Deleted Description WarrantyMonths WarrantyDays DateUpdated AddCodes';
    expect(Object.keys(item)).toEqual(keys.split(' '));
    expect(item.AddCodes[0].Code).toBe(7701);
    const [numbered] = await test.ask('getItems', { Code: '412' });
    expect([numbered.Code, numbered.Name]).toEqual([412, 'Тефтер А5']);
    const [shelf] = await test.ask('getItems', { Code: 5601 });
    expect([shelf.Code, shelf.Barcode]).toEqual([5601, '3800000005601']);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('are found by extra codes: %s', async (codeFilterMatchesAddCodes, rows) => {
    const test = await startWarehouse();
    await test.switches({ codeFilterMatchesAddCodes });
    expect(await test.ask('getItems', { Code: 'WINE-6' })).toHaveLength(rows);
    expect(await test.ask('getItems', { Barcode: '3800200000062' })).toHaveLength(rows);
    expect(await test.ask('getItems', { Barcode: '3800200000017' })).toHaveLength(1);
    expect(await test.ask('getItems', { Code: 'WINE', Barcode: '1' })).toEqual([]);
  });

  it('show prices with or without VAT as asked, and as the company keeps them when not asked', async () => {
    const test = await startWarehouse();
    const price = async (parameters: object, as = test.credentials) =>
      (await test.ask('getItems', { Code: 'CUP-01', ...parameters }, null, as))[0].PriceOut2 as number;
    expect(await price({ PricesWithVat: 1 })).toBe(9.6);
    expect(await price({ PricesWithVat: 0 })).toBe(8);
    expect(await price({})).toBe(9.6);
    const netCompany = await test.application('second');
    expect(await price({}, netCompany)).toBe(9.6);
    expect(await price({ PricesWithVat: 1 }, netCompany)).toBe(11.52);
  });
});

describe('partners', () => {
  it('are found by code, ЕИК, e-mail and telephone, all of them together', async () => {
    const test = await startWarehouse();
    const ids = async (parameters: object) =>
      (await test.ask('getPartners', parameters)).map((row: Row) => row.id);
    expect(await ids({ TaxNo: '200000027' })).toEqual([930]);
    expect(await ids({ TaxNo: 'BG200000027' })).toEqual([]);
    expect(await ids({ Email: 'orfey@example.com' })).toEqual([931, 932]);
    expect(await ids({ Email: 'Orfey@Example.com', Code: '1232' })).toEqual([932]);
    expect(await ids({ Phone: '+359888000222' })).toEqual([930]);
    expect(await ids({ Phone: '0888000222' })).toEqual([]);
    expect(await ids({ Id: 930, TaxNo: '1' })).toEqual([]);
  });

  it.each([0, 2])('that are not deleted say %d', async (partnerDeletedNo) => {
    const test = await startWarehouse();
    await test.switches({ partnerDeletedNo });
    const [alive] = await test.ask('getPartners', { Id: 930 });
    const [deleted] = await test.ask('getPartners', { Id: 933 });
    expect([alive.Deleted, deleted.Deleted]).toEqual([partnerDeletedNo, 1]);
    expect(alive).toMatchObject({ Code: 1230, TaxID: '200000027', VatID: 'BG200000027', GroupName: 'Фирми' });
  });
});

describe('quantities', () => {
  const quantity = async (test: TestWarehouse, code: string, parameters: object = {}) => {
    const rows = await test.ask('getItemQuantities', { ItemIds: [test.itemId(code)], ...parameters });
    return rows[0]?.Qtty as number | undefined;
  };

  it('are of one object, or of all together', async () => {
    const test = await startWarehouse();
    expect(await quantity(test, 'CUP-01', { ObjectId: 2 })).toBe(test.stock('CUP-01'));
    expect(await quantity(test, 'CUP-01', { ObjectId: 3 })).toBe(17);
    expect(await quantity(test, 'CUP-01', { ObjectId: 5 })).toBe(0);
    expect(await quantity(test, 'CUP-01')).toBe(test.stock('CUP-01') + 17);
    expect((await test.call('getItemQuantities', { ObjectId: 77 })).errors).toEqual([
      '_EMU_UNKNOWN_ObjectId',
    ]);
  });

  it.each([
    [false, 0],
    [true, undefined],
  ])('of zero are left out: %s', async (quantitiesOmitZero, shown) => {
    const test = await startWarehouse();
    await test.switches({ quantitiesOmitZero });
    expect(await quantity(test, 'TB-L-BLU', { ObjectId: 2 })).toBe(shown);
    expect(await quantity(test, 'ENV-1', { ObjectId: 2 })).toBe(-4);
  });

  it.each([
    [false, undefined],
    [true, 0],
  ])('of services are shown: %s', async (quantitiesIncludeServices, shown) => {
    const test = await startWarehouse();
    await test.switches({ quantitiesIncludeServices });
    expect(await quantity(test, '9001')).toBe(shown);
  });

  it.each([
    [false, 0],
    [true, 3],
  ])('have open orders subtracted: %s', async (quantitiesSubtractReservations, less) => {
    const test = await startWarehouse();
    await test.switches({ quantitiesSubtractReservations });
    const before = (await quantity(test, 'MUG-2', { ObjectId: 2 })) ?? 0;
    await test.save(19, 700, [['MUG-2', 5, 18]]);
    await test.save(19, 700, [['MUG-2', 3, 18]]);
    expect(await quantity(test, 'MUG-2', { ObjectId: 2 })).toBe(before - less);
    const { stock } = await test.control('GET', '/stock?code=MUG-2');
    expect(stock[0].objects[0]).toMatchObject({ objectId: 2, quantity: before, reserved: 3 });
    await test.ask('deleteOperation', { ExtAppDocId: 700 });
    expect(await quantity(test, 'MUG-2', { ObjectId: 2 })).toBe(before);
  });
});

describe('prices and look-ups', () => {
  it.each([
    ['Price', 1, { id: 0, Code: 'CUP-01', TaxValue: 20, Price: 9.6 }],
    ['PriceOutN', 1, { id: 0, Code: 'CUP-01', TaxValue: 20, PriceOut2: 9.6 }],
    ['Price', 0, { id: 0, Code: 'CUP-01', TaxValue: 20, Price: 9.12 }],
  ])('price key %s, lists numbered from %d', async (priceKey, priceGroupBase, row) => {
    const test = await startWarehouse();
    await test.switches({ priceKey, priceGroupBase });
    const id = test.itemId('CUP-01');
    const parameters = { PriceGroup: 2, PricesWithVat: 1, ItemIds: [id] };
    expect(await test.ask('getItemPrices', parameters)).toEqual([{ ...row, id }]);
  });

  it('refuses a price list that does not exist', async () => {
    const test = await startWarehouse();
    expect((await test.call('getItemPrices', { PriceGroup: 11 })).errors).toEqual([
      '_EMU_INVALID_PriceGroup',
    ]);
  });

  it.each([
    [true, [12]],
    [false, [undefined]],
  ])('bank accounts have ids: %s', async (bankAccountIds, ids) => {
    const test = await startWarehouse();
    await test.switches({ bankAccountIds });
    const rows = (await test.ask('getBankAccounts')) as Row[];
    expect(rows.map((row) => row.id)).toEqual(ids);
    expect(rows[0]).toMatchObject({ CurrencyCode: 'EUR', Deleted: 0 });
  });
});
