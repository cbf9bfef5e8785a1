import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestLine, type TestWarehouse } from './warehouse.ts';

const CUP: TestLine = ['CUP-01', 1, 9.6];
const SHIRTS: TestLine = ['TB-M-GRN', 2, 24.9];

async function listed(test: TestWarehouse, type: number, extId: number) {
  return test.ask('getOperations', { OperType: type, ExtAppDocId: extId });
}

describe('refusals of a save', () => {
  const line = { ItemId: 9001, Qtty: 1, Price: 1 };
  it.each([
    ['an unknown type', { OperType: 3 }, '_EMU_INVALID_OperType'],
    ['no type', { OperType: undefined }, '_EMU_REQUIRED_OperType'],
    ['an unknown object', { ObjectId: 77 }, '_EMU_UNKNOWN_ObjectId'],
    ['no object', { ObjectId: undefined }, '_EMU_REQUIRED_ObjectId'],
    ['an unknown partner', { PartnerId: 77 }, '_EMU_UNKNOWN_PartnerId'],
    ['no partner', { PartnerId: undefined }, '_EMU_REQUIRED_PartnerId'],
    ['no lines', { Items: [] }, '_EMU_REQUIRED_Items'],
    ['an unknown item', { Items: [{ ...line, ItemId: 77 }] }, '_EMU_UNKNOWN_ItemId'],
    ['an item by its code', { Items: [{ ...line, ItemId: 'CUP-01' }] }, '_EMU_INVALID_ItemId'],
    ['no quantity', { Items: [{ ...line, Qtty: undefined }] }, '_EMU_REQUIRED_Qtty'],
    ['quantity zero', { Items: [{ ...line, Qtty: 0 }] }, '_EMU_INVALID_Qtty'],
    ['a price with a comma', { Items: [{ ...line, Price: '1,20' }] }, '_EMU_INVALID_Price'],
    ['an unknown payment type', { PaymentTypeId: 77 }, '_EMU_UNKNOWN_PaymentTypeId'],
    ['a date of another shape', { DateIssued: '25.11.2026' }, '_EMU_INVALID_DateIssued'],
    ['a note without invoice', { OperType: 27 }, '_EMU_REQUIRED_RelatedInvoiceNr'],
    ['a note to nobody’s invoice', { OperType: 27, RelatedInvoiceNr: '9' }, '_EMU_UNKNOWN_RelatedInvoiceNr'],
    [
      'a supplier claim about no delivery',
      { OperType: 39, RelatedSourceOperationIds: [81501] },
      '_EMU_UNKNOWN_RelatedSourceOperationIds',
    ],
    ['a payment without type', { Payments: [{ Amount: 5 }] }, '_EMU_REQUIRED_PaymentTypeId'],
    ['an unknown id', { id: 77 }, '_EMU_UNKNOWN_Operation'],
  ])('%s', async (_, more, error) => {
    const test = await startWarehouse();
    const before = await test.control('GET', '/operations');
    const data = { ...test.document(2, 540, [CUP]), ...more };
    const answer = await test.call('saveOperation', {}, data);
    expect(answer).toEqual({ status: false, errors: [error], data: null });
    expect(await test.control('GET', '/operations')).toEqual(before);
  });

  it('takes a note to an unknown invoice when it is told so, and the day that does not exist', async () => {
    const test = await startWarehouse();
    await test.switches({ unknownRelatedInvoice: 'allow' });
    const more = { RelatedInvoiceNr: '9', DateIssued: '2018-02-31 10:00:00' };
    expect((await test.save(27, 541, [CUP], more)).data.DateIssued).toBe('2018-02-31 10:00:00');
    await test.switches({ impossibleDates: 'refuse' });
    expect((await test.save(27, 542, [CUP], more)).errors).toEqual(['_EMU_INVALID_DateIssued']);
  });

  it.each([
    ['price', true, false],
    ['quantity', false, true],
    ['refused', false, false],
  ])('a line that lowers the total: %s', async (negativeLine, byPrice, byQuantity) => {
    const test = await startWarehouse();
    await test.switches({ negativeLine });
    const price = await test.save(2, 543, [CUP, ['9002', 1, -1]]);
    const quantity = await test.save(2, 544, [CUP, ['9002', -1, 1]]);
    expect([price.status, quantity.status]).toEqual([byPrice, byQuantity]);
    for (const { status, data, errors } of [price, quantity]) {
      if (status) expect([data.Amount, data.AmountVat]).toEqual([7.17, 1.43]);
      else expect(errors).toEqual(['_EMU_NEGATIVE_LINE']);
    }
  });

  it.each([
    ['editInvoiced', (test: TestWarehouse) => test.save(2, 545, [SHIRTS])],
    ['deleteInvoiced', (test: TestWarehouse) => test.call('deleteOperation', { ExtAppDocId: 545 })],
  ])('%s: a document with an invoice', async (name, act) => {
    const test = await startWarehouse();
    await test.save(2, 545, [CUP]);
    await test.ask('createInvoice', { ByExtAppDocId: 1 }, { ExtAppDocId: 545 });
    await test.switches({ [name]: 'refuse' });
    expect((await act(test)).errors).toEqual(['_EMU_INVOICED']);
    await test.switches({ [name]: 'allow' });
    expect((await act(test)).status).toBe(true);
  });

  it.each([
    ['refuse', []],
    ['refusePaidToo', ['_EMU_PAID']],
  ])('a document that is only paid: %s', async (editInvoiced, errors) => {
    const test = await startWarehouse();
    await test.switches({ editInvoiced });
    await test.save(2, 546, [CUP], { Payments: [{ Amount: 9.6, PaymentTypeId: 3 }] });
    expect((await test.save(2, 546, [SHIRTS])).errors).toEqual(errors);
  });

  it.each([
    ['allow', []],
    ['refuse', ['_EMU_USED_ExtAppDocId']],
  ])('an external id whose document was deleted: %s', async (extIdReuse, errors) => {
    const test = await startWarehouse();
    await test.switches({ extIdReuse });
    await test.save(2, 547, [CUP]);
    await test.ask('deleteOperation', { ExtAppDocId: 547 });
    await test.control('PUT', '/snapshot', await test.control('GET', '/snapshot'));
    expect((await test.save(2, 547, [CUP])).errors).toEqual(errors);
    expect((await test.save(2, 548, [CUP])).errors).toEqual([]);
  });
});

describe('what a save fills in', () => {
  it('takes date, VAT mode, numbers and user by itself', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/clock', { freezeAt: '2026-12-01T08:30:00Z' });
    const more = { PricesWithVat: undefined, DateIssued: undefined };
    const { data } = await test.save(2, 550, [CUP], more);
    expect(data).toMatchObject({ DateIssued: '2026-12-01 10:30:00', DateUpdated: '2026-12-01 10:30:00' });
    expect(data).toMatchObject({ PricesWithVat: 1, NullVat: 0, IsVat: 1, UserId: 4, Note: '' });
    const next = await test.save(2, 551, [CUP]);
    expect(next.data.Acct).toBe(data.Acct + 1);
    expect((await test.save(19, 552, [CUP])).data.Acct).not.toBe(next.data.Acct + 1);
  });

  it('takes price list and purchase price from the item when a line has no price', async () => {
    const test = await startWarehouse();
    const Items = [{ ItemId: test.itemId('WINE'), Qtty: 2 }];
    await test.ask('saveOperation', {}, { ...test.document(2, 553, []), Items });
    const [row] = await listed(test, 2, 553);
    expect(row.Items[0]).toMatchObject({ PriceIn: 4.1066667, PriceOut: 10.4166667, Discount: 0 });
    expect(row.Items[0].PriceOut + row.Items[0].VatOut).toBeCloseTo(12.5, 10);
  });

  it.each([
    ['zero', 0, 9.6],
    ['partner', 5, 9.12],
  ])('takes discount %s when a line has none', async (omittedDiscount, Discount, gross) => {
    const test = await startWarehouse();
    await test.switches({ omittedDiscount });
    const Items = [{ ItemId: test.itemId('CUP-01'), Qtty: 1, Price: 9.6 }];
    const data = { ...test.document(2, 554, []), PartnerId: 930, Items };
    const saved = await test.ask('saveOperation', {}, data);
    expect(saved.Amount + saved.AmountVat).toBeCloseTo(gross, 10);
    expect((await listed(test, 2, 554))[0].Items[0].Discount).toBe(Discount);
  });

  it('moves the date of items with their stock only when it is told so', async () => {
    const test = await startWarehouse();
    const date = async () => (await test.ask('getItems', { Code: 'CUP-01' }))[0].DateUpdated as string;
    const before = await date();
    await test.control('POST', '/clock', { advanceMs: 60_000 });
    await test.save(2, 555, [CUP]);
    expect(await date()).toBe(before);
    await test.switches({ stockMovesDateUpdated: true });
    await test.save(2, 556, [CUP]);
    expect((await date()) > before).toBe(true);
  });
});
