import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestLine, type TestWarehouse } from './warehouse.ts';

const CUP: TestLine = ['CUP-01', 1, 9.6];
const SHIRTS: TestLine = ['TB-M-GRN', 2, 24.9];

async function listed(test: TestWarehouse, type: number, extId: number) {
  return test.ask('getOperations', { OperType: type, ExtAppDocId: extId });
}

describe('save by external id', () => {
  it('creates once and edits afterwards, keeping id, number, creation date and owner', async () => {
    const test = await startWarehouse();
    const first = await test.save(19, 500, [SHIRTS]);
    await test.control('POST', '/clock', { advanceMs: 5000 });
    const second = await test.save(19, 500, [CUP], { Note: 'променена' });
    expect(first.data).toMatchObject({ OperType: 19, Amount: 41.5, AmountVat: 8.3, ExtAppDocId: 500 });
    expect(second.data.id).toBe(first.data.id);
    expect(second.data.Acct).toBe(first.data.Acct);
    expect(second.data.DateCreated).toBe(first.data.DateCreated);
    expect(second.data.DateUpdated > first.data.DateUpdated).toBe(true);
    const [row, ...others] = await listed(test, 19, 500);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ Note: 'променена', Amount: 8, AmountVat: 1.6 });
    expect(row.Items).toHaveLength(1);
  });

  it('makes one document of any number of saves at the same time', async () => {
    const test = await startWarehouse();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => test.save(2, 501, [['TEA', index + 1, 8]])),
    );
    expect(new Set(answers.map((answer) => answer.data.id)).size).toBe(1);
    expect(await listed(test, 2, 501)).toHaveLength(1);
  });

  it('makes two documents of two saves at the same time, when looking and writing are apart', async () => {
    const test = await startWarehouse();
    await test.switches({ doubleUpsert: true });
    const [one, other] = await Promise.all([test.save(2, 502, [CUP]), test.save(2, 502, [CUP])]);
    expect(one.data.id).not.toBe(other.data.id);
    expect(await listed(test, 2, 502)).toHaveLength(2);
    const third = await test.save(2, 502, [CUP]);
    expect(third.data.id).toBe(Math.min(one.data.id, other.data.id));
  });

  it('needs the external id that it is told to go by', async () => {
    const test = await startWarehouse();
    const { ExtAppDocId, ...rest } = test.document(2, 1, [CUP]) as { ExtAppDocId: number };
    expect(ExtAppDocId).toBe(1);
    const answer = await test.call('saveOperation', { ByExtAppDocId: 1 }, rest);
    expect(answer.errors).toEqual(['_EMU_REQUIRED_ExtAppDocId']);
  });

  it.each([2_147_483_648, -1])('refuses the external id %d', async (extId) => {
    const test = await startWarehouse();
    expect((await test.save(2, extId, [CUP])).errors).toEqual(['_EMU_INVALID_ExtAppDocId']);
  });

  it('gives every application its own external ids', async () => {
    const test = await startWarehouse();
    const other = await test.application();
    const own = await test.save(2, 503, [CUP]);
    const data = test.document(2, 503, [SHIRTS]);
    const foreign = await test.ask('saveOperation', { ByExtAppDocId: 1 }, data, other);
    expect(foreign.id).not.toBe(own.data.id);
    expect(await listed(test, 2, 503)).toHaveLength(2);
  });

  it.each([
    ['duplicate', 2],
    ['upsert', 1],
  ])('without the parameter makes a %s', async (saveWithExtIdWithoutFlag, documents) => {
    const test = await startWarehouse();
    await test.switches({ saveWithExtIdWithoutFlag });
    await test.save(2, 504, [CUP]);
    await test.ask('saveOperation', {}, test.document(2, 504, [CUP]));
    expect(await listed(test, 2, 504)).toHaveLength(documents);
  });

  it.each([
    ['reject', 'app', ['_EMU_OPER_TYPE_CHANGE'], 1, 0],
    ['allow', 'app', [], 0, 1],
    ['reject', 'app+type', [], 1, 1],
  ])(
    'an order saved as a sale: change %s, scope %s',
    async (operTypeChange, extIdScope, errors, orders, sales) => {
      const test = await startWarehouse();
      await test.switches({ operTypeChange, extIdScope });
      await test.save(19, 505, [CUP]);
      expect((await test.save(2, 505, [CUP])).errors).toEqual(errors);
      expect(await listed(test, 19, 505)).toHaveLength(orders);
      expect(await listed(test, 2, 505)).toHaveLength(sales);
    },
  );
});

describe('ownership', () => {
  it('lets nobody but the creating application edit or delete, and shows everything to everybody', async () => {
    const test = await startWarehouse();
    const other = await test.application();
    const { data } = await test.save(2, 510, [CUP]);
    const edit = { ...test.document(2, 510, [SHIRTS]), id: data.id };
    expect((await test.call('saveOperation', {}, edit, other)).errors).toEqual(['_EMU_NOT_OWNER']);
    expect((await test.call('deleteOperation', { Id: data.id }, null, other)).errors).toEqual([
      '_EMU_NOT_OWNER',
    ]);
    expect((await test.call('deleteOperation', { ExtAppDocId: 510 }, null, other)).errors).toEqual([
      '_EMU_UNKNOWN_Operation',
    ]);
    const [seen] = await test.ask('getOperations', { OperType: 2, Id: data.id }, null, other);
    expect(seen).toMatchObject({ id: data.id, ExtAppDocId: 510, Amount: 8 });
  });

  it('keeps documents of staff out of reach', async () => {
    const test = await startWarehouse();
    const [staff] = (await test.ask('getOperations', { OperType: 1 })) as { id: number }[];
    const answer = await test.call('deleteOperation', { Id: staff?.id });
    expect(answer.errors).toEqual(['_EMU_NOT_OWNER']);
  });

  it('keeps companies apart', async () => {
    const test = await startWarehouse();
    const other = await test.application('second');
    const { data } = await test.save(2, 511, [CUP]);
    expect(await test.ask('getOperations', { OperType: 2, Id: data.id }, null, other)).toEqual([]);
    const { CompanyName } = await test.ask('getCompanyData', {}, null, other);
    expect(CompanyName).toBe('Втора Фирма ЕООД');
  });
});

describe('edits and stock', () => {
  it('replaces all lines and takes the old movement back first', async () => {
    const test = await startWarehouse();
    const [cups, shirts] = [test.stock('CUP-01'), test.stock('TB-M-GRN')];
    await test.save(2, 520, [
      ['CUP-01', 5, 9.6],
      ['TB-M-GRN', 1, 24.9],
    ]);
    expect([test.stock('CUP-01'), test.stock('TB-M-GRN')]).toEqual([cups - 5, shirts - 1]);
    await test.save(2, 520, [['CUP-01', 2, 9.6]]);
    expect([test.stock('CUP-01'), test.stock('TB-M-GRN')]).toEqual([cups - 2, shirts]);
    await test.save(2, 520, [['CUP-01', 2, 9.6]], { ObjectId: 3 });
    expect(test.stock('CUP-01')).toBe(cups);
    await test.ask('deleteOperation', { ExtAppDocId: 520 });
    expect([test.stock('CUP-01'), test.stock('CUP-01', 3)]).toEqual([cups, 17]);
  });

  it.each([
    ['delivery', 1, 3],
    ['sale', 2, -3],
    ['write-off', 11, -3],
    ['delivery request', 12, 0],
    ['order', 19, 0],
    ['customer claim', 34, 3],
    ['supplier claim', 39, -3],
  ])('a %s (%d) of 3 moves %d', async (_, type, moved) => {
    const test = await startWarehouse();
    const before = test.stock('CUP-01');
    expect((await test.save(type, 521, [['CUP-01', 3, 9.6]])).status).toBe(true);
    expect(test.stock('CUP-01') - before).toBe(moved);
    const [row] = await listed(test, type, 521);
    expect(row.Items[0].Sign).toBe(Math.sign(moved));
  });

  it.each([
    ['debit note', 26, 0, -3],
    ['credit note', 27, 0, 3],
    ['credit note by value', 27, 1, 0],
  ])('a %s moves what the note says', async (_, type, NoteByValue, moved) => {
    const test = await startWarehouse();
    const sale = await test.save(2, 522, [['CUP-01', 3, 9.6]], { PartnerId: 918 });
    const { DocNr } = await test.ask('createInvoice', {}, { OperationId: sale.data.id });
    const before = test.stock('CUP-01');
    const more = { RelatedInvoiceNr: DocNr, NoteByValue, PartnerId: undefined };
    const note = await test.save(type, 523, [['CUP-01', 3, 9.6]], more);
    expect(note.data.PartnerId).toBe(918);
    expect(test.stock('CUP-01') - before).toBe(moved);
  });

  it('moves fractions exactly and services not at all', async () => {
    const test = await startWarehouse();
    const before = test.stock('CHS-KG');
    await test.save(2, 524, [
      ['CHS-KG', 0.1, 18.9],
      ['CHS-KG', 0.2, 18.9],
      ['9001', 1, 4.8],
    ]);
    expect(test.stock('CHS-KG')).toBe(Number((before - 0.3).toFixed(3)));
    expect(test.stock('9001')).toBe(0);
  });

  it('refuses to sell what is not there when negative stock is forbidden, and changes nothing', async () => {
    const test = await startWarehouse();
    await test.settings({ AllowNegativeQnt: 0 });
    const left = test.stock('MUG-2');
    expect((await test.save(2, 525, [['MUG-2', left + 1, 18]])).errors).toEqual(['_EMU_NO_STOCK']);
    expect(await listed(test, 2, 525)).toEqual([]);
    expect((await test.save(2, 525, [['MUG-2', left, 18]])).status).toBe(true);
    expect((await test.save(2, 525, [['MUG-2', left - 1, 18]])).status).toBe(true);
    expect(test.stock('MUG-2')).toBe(1);
    expect((await test.save(19, 526, [['MUG-2', 99, 18]])).status).toBe(true);
    await test.settings({ AllowNegativeQnt: 1 });
    expect((await test.save(2, 527, [['MUG-2', 5, 18]])).status).toBe(true);
    expect(test.stock('MUG-2')).toBe(-4);
  });

  it.each([
    [false, []],
    [true, ['_EMU_NO_STOCK']],
  ])('open orders block a sale: %s', async (reservationsBlockSales, errors) => {
    const test = await startWarehouse();
    await test.settings({ AllowNegativeQnt: 0 });
    await test.switches({ reservationsBlockSales });
    await test.save(19, 528, [['MUG-2', 33, 18]]);
    expect((await test.save(2, 529, [['MUG-2', 1, 18]])).errors).toEqual(errors);
    await test.ask('deleteOperation', { ExtAppDocId: 528 });
    expect((await test.save(2, 529, [['MUG-2', 1, 18]])).errors).toEqual([]);
  });

  it('makes composite goods from their parts when production is automatic', async () => {
    const test = await startWarehouse();
    const parts = { honey: test.stock('HNY'), tea: test.stock('TEA') };
    const recipe = [
      { itemId: test.itemId('HNY'), qtty: 1 },
      { itemId: test.itemId('TEA'), qtty: 2 },
    ];
    await test.control('POST', '/items', { items: [{ Code: 'KIT-9', price: 25, stock: 1, recipe }] });
    await test.settings({ AllowNegativeQnt: 0 });
    expect((await test.save(2, 530, [['KIT-9', 3, 25]])).errors).toEqual(['_EMU_NO_STOCK']);
    await test.settings({ AutoProduction: 1 });
    expect((await test.save(2, 530, [['KIT-9', 3, 25]])).status).toBe(true);
    expect(test.stock('KIT-9')).toBe(0);
    expect([test.stock('HNY'), test.stock('TEA')]).toEqual([parts.honey - 2, parts.tea - 4]);
    await test.ask('deleteOperation', { ExtAppDocId: 530 });
    expect([test.stock('KIT-9'), test.stock('HNY')]).toEqual([1, parts.honey]);
  });
});

describe('list of operations', () => {
  it.each([0, 2])('says of a company without VAT registration: IsVat %d', async (operationIsVatNo) => {
    const test = await startWarehouse();
    await test.switches({ operationIsVatNo });
    await test.settings({ IsVat: 0 });
    await test.save(2, 562, [CUP]);
    expect((await listed(test, 2, 562))[0].IsVat).toBe(operationIsVatNo);
  });

  it('needs a type', async () => {
    const test = await startWarehouse();
    expect((await test.call('getOperations')).errors).toEqual(['_EMU_REQUIRED_OperType']);
  });

  it('has exactly the documented keys', async () => {
    const test = await startWarehouse();
    await test.save(2, 560, [CUP]);
    const [row] = await listed(test, 2, 560);
    const header =
      'id Acct DateIssued OperType ObjectId PartnerId Amount AmountVat PricesWithVat NullVat IsVat Note DealConditions OpCode PaymentTypeId UserId DateCreated DateUpdated ExtAppDocId Items';
    const line = 'ItemId Qtty PriceIn PriceOut VatIn VatOut Discount Note Sign TaxValue';
    expect(Object.keys(row)).toEqual(header.split(' '));
    expect(Object.keys(row.Items[0])).toEqual(line.split(' '));
  });

  it.each([
    ['DateUpdated', true],
    ['DateIssued', false],
  ])('filters by %s', async (operationsFromDate, found) => {
    const test = await startWarehouse();
    await test.switches({ operationsFromDate });
    await test.save(2, 561, [CUP], { DateIssued: '2026-01-05 10:00:00' });
    const rows = await test.ask('getOperations', {
      ...{ OperType: 2, ExtAppDocId: 561, fromDate: '2026-02-01 00:00:00' },
    });
    expect(rows.length === 1).toBe(found);
  });

  it('walks along ids and along external ids without gap or repetition', async () => {
    const test = await startWarehouse();
    const saved: number[] = [];
    for (const extId of [905, 901, 903, 902, 904]) saved.push((await test.save(11, extId, [CUP])).data.id);
    const ids = async (parameters: object) =>
      (await test.ask('getOperations', { OperType: 11, limit: 2, ...parameters })).map(
        (row: { id: number }) => row.id,
      );
    expect(await ids({ fromId: 0 })).toEqual([saved[0], saved[1]]);
    expect(await ids({ fromId: saved[1] })).toEqual([saved[2], saved[3]]);
    expect(await ids({ fromId: saved[4] })).toEqual([]);
    expect(await ids({ fromExtApiDocId: 0 })).toEqual([saved[1], saved[3]]);
    expect(await ids({ fromExtApiDocId: 902 })).toEqual([saved[2], saved[4]]);
    expect(await ids({ fromExtApiDocId: 904 })).toEqual([saved[0]]);
  });
});

describe('delete', () => {
  it('goes by the external id when both are given', async () => {
    const test = await startWarehouse();
    const one = await test.save(2, 570, [CUP]);
    await test.save(2, 571, [CUP]);
    expect(await test.ask('deleteOperation', { Id: one.data.id, ExtAppDocId: 571 })).toBeNull();
    expect(await listed(test, 2, 570)).toHaveLength(1);
    expect(await listed(test, 2, 571)).toEqual([]);
    expect((await test.call('deleteOperation', { ExtAppDocId: 571 })).errors).toEqual([
      '_EMU_UNKNOWN_Operation',
    ]);
    expect((await test.call('deleteOperation')).errors).toEqual(['_EMU_REQUIRED_Id']);
  });

  it('takes related documents along only when it is told so', async () => {
    const test = await startWarehouse();
    const delivery = await test.save(1, 572, [CUP]);
    const more = { RelatedSourceOperationIds: [delivery.data.id] };
    await test.save(39, 573, [CUP], more);
    await test.ask('deleteOperation', { ExtAppDocId: 572, DeleteRelatedOperations: 0 });
    expect(await listed(test, 39, 573)).toHaveLength(1);
    const again = await test.save(1, 574, [CUP]);
    await test.save(39, 573, [CUP], { RelatedSourceOperationIds: [again.data.id] });
    await test.ask('deleteOperation', { ExtAppDocId: 574, DeleteRelatedOperations: 1 });
    expect(await listed(test, 39, 573)).toEqual([]);
  });
});
