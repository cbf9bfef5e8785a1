import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestWarehouse } from './warehouse.ts';

const ITEM = { Name: 'Нов артикул', TaxGroup: 1, MeasureId: 6 };

describe('inserting', () => {
  it('refuses a code that is used, also as an extra code or with other leading zeros', async () => {
    const test = await startWarehouse();
    for (const Code of ['CUP-01', 'WINE-6', '412', '00412', '0412']) {
      const answer = await test.call('insertItem', { AutoGenerateCode: 0 }, { ...ITEM, Code });
      expect([Code, answer.errors]).toEqual([Code, ['_EMU_DUPLICATE_CODE']]);
    }
    const partner = await test.call('insertPartner', {}, { Name: 'Пример', Code: '1230' });
    expect(partner.errors).toEqual(['_EMU_DUPLICATE_CODE']);
  });

  it('assigns the next free number when asked to', async () => {
    const test = await startWarehouse();
    const one = await test.ask('insertItem', { AutoGenerateCode: 1 }, ITEM);
    const two = await test.ask('insertItem', { AutoGenerateCode: 1 }, ITEM);
    expect(two.Code).toBe(one.Code + 1);
    expect(two.id).toBe(one.id + 1);
    const partner = await test.ask('insertPartner', { AutoGenerateCode: 1 }, { Name: 'Пример ЕООД' });
    expect(typeof partner.Code).toBe('number');
    expect(partner).toMatchObject({ Name: 'Пример ЕООД', PartnerType: 1, Deleted: 0 });
  });

  it.each([
    ['insertItem', { ...ITEM, Name: undefined, Code: 'X' }, '_EMU_REQUIRED_Name'],
    ['insertItem', { ...ITEM, TaxGroup: undefined, Code: 'X' }, '_EMU_REQUIRED_TaxGroup'],
    ['insertItem', { ...ITEM, MeasureId: undefined, Code: 'X' }, '_EMU_REQUIRED_MeasureId'],
    ['insertItem', { ...ITEM, TaxGroup: 8, Code: 'X' }, '_EMU_UNKNOWN_TaxGroup'],
    ['insertItem', { ...ITEM, MeasureId: 1, Code: 'X' }, '_EMU_UNKNOWN_MeasureId'],
    ['insertItem', { ...ITEM, GroupId: 1, Code: 'X' }, '_EMU_UNKNOWN_Group'],
    ['insertItem', ITEM, '_EMU_REQUIRED_Code'],
    ['insertPartner', { Code: '9' }, '_EMU_REQUIRED_Name'],
    ['insertPartner', { Name: 'Пример', Code: '9', PartnerType: 4 }, '_EMU_INVALID_PartnerType'],
    ['editItem', { PriceOut2: 1 }, '_EMU_REQUIRED_id'],
    ['editPartner', { id: 77, City: 'Х' }, '_EMU_UNKNOWN_Partner'],
    ['editPartner', { id: 930, Name: ' ' }, '_EMU_REQUIRED_Name'],
  ])('%s refuses %j with %s', async (name, data, error) => {
    const test = await startWarehouse();
    expect((await test.call(name, {}, data)).errors).toEqual([error]);
  });
});

describe('editing', () => {
  it('changes only what was sent, and the date', async () => {
    const test = await startWarehouse();
    const [before] = await test.ask('getItems', { Code: 'CUP-01' });
    await test.control('POST', '/clock', { advanceMs: 5000 });
    const after = await test.ask('editItem', {}, { id: before.id, PriceOut2: 9.9 });
    const { DateUpdated, PriceOut2, ...rest } = after;
    expect(PriceOut2).toBe(9.9);
    expect(DateUpdated > before.DateUpdated).toBe(true);
    expect({ ...rest, DateUpdated: before.DateUpdated, PriceOut2: 9.6 }).toEqual(before);
  });

  it('cannot write purchase price and extra codes', async () => {
    const test = await startWarehouse();
    const data = { id: test.itemId('WINE'), PriceIn: 1, AddCodes: [] };
    const after = await test.ask('editItem', {}, data);
    expect(after.PriceIn).toBe(4.1066667);
    expect(after.AddCodes).toHaveLength(2);
  });

  it('blanks a partner’s field that is sent empty and keeps one that is not sent', async () => {
    const test = await startWarehouse();
    const after = await test.ask('editPartner', {}, { id: 930, Phone: '', City: 'Видин' });
    expect(after).toMatchObject({ Phone: '', City: 'Видин', TaxID: '200000027', Discount: 5 });
  });
});

describe('what the documentation leaves open', () => {
  it.each([
    ['company', 12, 10],
    ['with', 12, 10],
    ['without', 14.4, 12],
  ])('a written price has VAT: %s', async (priceWriteMode, gross, net) => {
    const test = await startWarehouse();
    await test.switches({ priceWriteMode });
    const id = test.itemId('CUP-01');
    await test.ask('editItem', {}, { id, PriceOut2: 12 });
    const price = async (PricesWithVat: number) =>
      (await test.ask('getItems', { Id: id, PricesWithVat }))[0].PriceOut2 as number;
    expect([await price(1), await price(0)]).toEqual([gross, net]);
  });

  it.each([
    ['allow', []],
    ['refuse', ['_EMU_INVALID_Code']],
  ])('a new code with letters: %s', async (alphanumericCodes, errors) => {
    const test = await startWarehouse();
    await test.switches({ alphanumericCodes });
    expect((await test.call('insertItem', {}, { ...ITEM, Code: 'NEW-7' })).errors).toEqual(errors);
    expect((await test.call('insertPartner', {}, { Name: 'П', Code: 'NEW-7' })).errors).toEqual(errors);
    expect((await test.call('insertItem', {}, { ...ITEM, Code: '99123' })).errors).toEqual([]);
    expect((await test.call('editItem', {}, { id: test.itemId('TEA'), PriceOut2: 8 })).errors).toEqual([]);
  });
});

describe('deleting', () => {
  it('removes what nothing refers to and marks the rest', async () => {
    const test = await startWarehouse();
    await test.save(2, 800, [['CUP-01', 1, 9.6]], { PartnerId: 930 });
    const fresh = await test.ask('insertItem', { AutoGenerateCode: 1 }, ITEM);
    for (const Id of [test.itemId('CUP-01'), fresh.id])
      expect(await test.ask('deleteItem', { Id })).toBeNull();
    for (const Id of [930, 931]) expect(await test.ask('deletePartner', { Id })).toBeNull();
    const deleted = async (name: string, Id: number) => (await test.ask(name, { Id }))[0]?.Deleted;
    expect(await deleted('getItems', test.itemId('CUP-01'))).toBe(1);
    expect(await deleted('getItems', fresh.id)).toBeUndefined();
    expect(await deleted('getPartners', 930)).toBe(1);
    expect(await deleted('getPartners', 931)).toBeUndefined();
    expect((await test.call('deletePartner', { Id: 931 })).errors).toEqual(['_EMU_UNKNOWN_Partner']);
  });
});

describe('groups', () => {
  const groups = (test: TestWarehouse, Module = 'Items') => test.ask('getGroups', { Module });

  it('have three letters of path for each level, and one service group', async () => {
    const test = await startWarehouse();
    const rows = await groups(test);
    expect(rows[0]).toEqual({ id: 100, Name: 'Служебна група', Path: '-1', parentId: 0 });
    const created = await test.ask('insertGroup', { Module: 'Items', parentId: 206 }, { Name: 'Розе' });
    expect(created).toEqual({ id: created.id, Name: 'Розе', Path: 'AAEAAAAAA' });
    const byPath = await test.ask('insertGroup', { Module: 'Items', Path: 'AAE' }, { Name: 'Сирена' });
    expect(byPath.Path).toBe('AAEAAB');
    const onTop = await test.ask('insertGroup', { Module: 'Partners' }, { Name: 'Едро' });
    expect(onTop.Path).toBe('AAD');
    expect((await test.call('getGroups')).errors).toEqual(['_EMU_REQUIRED_Module']);
  });

  it('are renamed', async () => {
    const test = await startWarehouse();
    await test.ask('renameGroup', { Module: 'Items', Id: 206 }, { Name: 'Вина и още' });
    expect((await test.ask('getItems', { Code: 'WINE' }))[0].GroupName).toBe('Вина и още');
  });

  it('go with everything below, and leave their records to the service group', async () => {
    const test = await startWarehouse();
    await test.ask('deleteGroup', { Module: 'Items', Mode: 'ById', Id: 205 });
    const ids = (await groups(test)).map((row: { id: number }) => row.id);
    expect(ids).not.toContain(205);
    expect(ids).not.toContain(206);
    expect((await test.ask('getItems', { Code: 'WINE' }))[0]).toMatchObject({
      GroupId: 100,
      GroupPath: '-1',
    });
    await test.ask('deleteGroup', { Module: 'Partners', Mode: 'ByPath', Path: 'AAB' });
    expect((await test.ask('getPartners', { Id: 930 }))[0].GroupId).toBe(40);
    const service = await test.call('deleteGroup', { Module: 'Items', Mode: 'ById', Id: 100 });
    expect(service.errors).toEqual(['_EMU_SERVICE_GROUP']);
    await test.ask('deleteGroup', { Module: 'Items', Mode: 'All' });
    expect(await groups(test)).toHaveLength(1);
  });
});
