import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestWarehouse } from './warehouse.ts';

const CUP = ['CUP-01', 1, 9.6] as const;
const PAID = { Amount: 9.6, PaymentTypeId: 3, Date: '2026-12-01 10:30:00' };

async function payments(test: TestWarehouse): Promise<readonly Record<string, unknown>[]> {
  return (await test.control('GET', '/payments')).payments;
}

describe('addPayment', () => {
  it('adds one more every time it is called', async () => {
    const test = await startWarehouse();
    const { data } = await test.save(2, 900, [CUP]);
    const first = await test.ask('addPayment', { ExtAppDocId: 900 }, PAID);
    await test.ask('addPayment', { OperationId: data.id }, PAID);
    expect(first).toEqual({
      ...{ id: first.id, OperationId: data.id, Amount: 9.6, PaymentTypeId: 3 },
      ...{ Date: '2026-12-01', DueDate: '2026-12-01' },
    });
    expect(await payments(test)).toHaveLength(2);
    const { operations } = await test.control('GET', '/operations?ext=900');
    expect(operations[0].paid).toBe(19.2);
  });

  it('goes by the external id when both are given', async () => {
    const test = await startWarehouse();
    const one = await test.save(2, 901, [CUP]);
    const two = await test.save(2, 902, [CUP]);
    const paid = await test.ask('addPayment', { OperationId: one.data.id, ExtAppDocId: 902 }, PAID);
    expect(paid.OperationId).toBe(two.data.id);
  });

  it.each([
    ['no operation', {}, PAID, '_EMU_REQUIRED_OperationId'],
    ['an unknown one', { OperationId: 7 }, PAID, '_EMU_UNKNOWN_Operation'],
    ['no amount', { OperationId: 81_501 }, { PaymentTypeId: 3 }, '_EMU_REQUIRED_Amount'],
    ['an unknown type', { OperationId: 81_501 }, { ...PAID, PaymentTypeId: 7 }, '_EMU_UNKNOWN_PaymentTypeId'],
  ])('refuses %s', async (_, parameters, data, error) => {
    const test = await startWarehouse();
    expect((await test.call('addPayment', parameters, data)).errors).toEqual([error]);
    expect(await payments(test)).toEqual([]);
  });

  it.each([
    ['paymentOnOrder', 19, PAID, '_EMU_PAYMENT_ON_ORDER'],
    ['negativePayment', 2, { ...PAID, Amount: -9.6 }, '_EMU_NEGATIVE_PAYMENT'],
  ])('%s is allowed or refused', async (name, type, data, error) => {
    const test = await startWarehouse();
    await test.save(type, 903, [CUP]);
    expect((await test.call('addPayment', { ExtAppDocId: 903 }, data)).status).toBe(true);
    await test.switches({ [name]: 'refuse' });
    expect((await test.call('addPayment', { ExtAppDocId: 903 }, data)).errors).toEqual([error]);
  });
});

describe('date of a document', () => {
  it.each([false, true])('is moved by payment and invoice: %s', async (paymentsMoveDateUpdated) => {
    const test = await startWarehouse();
    await test.switches({ paymentsMoveDateUpdated });
    const { data } = await test.save(2, 906, [CUP]);
    const moved = async () => {
      const [row] = await test.ask('getOperations', { OperType: 2, ExtAppDocId: 906 });
      return row.DateUpdated as string;
    };
    await test.control('POST', '/clock', { advanceMs: 5000 });
    await test.ask('addPayment', { ExtAppDocId: 906 }, PAID);
    const paid = await moved();
    expect(paid > data.DateUpdated).toBe(paymentsMoveDateUpdated);
    await test.control('POST', '/clock', { advanceMs: 5000 });
    await test.ask('createInvoice', {}, { OperationId: data.id });
    expect((await moved()) > paid).toBe(paymentsMoveDateUpdated);
  });
});

describe('payments that come with a document', () => {
  it.each([
    [false, [9.6, 5]],
    [true, [9.6, 9.6, 5]],
  ])('are added at every save: %s', async (resaveAppendsPayments, amounts) => {
    const test = await startWarehouse();
    await test.switches({ resaveAppendsPayments });
    const more = { Payments: [PAID] };
    await test.save(2, 904, [CUP], more);
    await test.ask('addPayment', { ExtAppDocId: 904 }, { ...PAID, Amount: 5 });
    await test.save(2, 904, [CUP], more);
    await test.save(2, 904, [CUP]);
    const kept = (await payments(test)).map((each) => each['Amount'] as number);
    expect(kept.sort((left, right) => right - left)).toEqual(amounts);
  });

  it('go with the document when it is deleted', async () => {
    const test = await startWarehouse();
    await test.save(2, 905, [CUP], { Payments: [PAID] });
    await test.ask('deleteOperation', { ExtAppDocId: 905 });
    expect(await payments(test)).toEqual([]);
  });
});

describe('createInvoice', () => {
  it('numbers documents in ten digits and gives a link to a PDF', async () => {
    const test = await startWarehouse();
    await test.save(2, 910, [CUP]);
    await test.save(2, 911, [CUP]);
    const data = { ExtAppDocId: 910, DocumentType: 1, Date: '2026-12-01', DealPlace: 'София' };
    const invoice = await test.ask('createInvoice', { ByExtAppDocId: 1 }, data);
    expect(invoice).toMatchObject({ DocNr: '0000000412', Date: '2026-12-01' });
    expect(Object.keys(invoice)).toEqual(['id', 'DocNr', 'Date', 'InvoiceUrl']);
    const next = await test.ask('createInvoice', { ByExtAppDocId: 1 }, { ExtAppDocId: 911 });
    expect(next.DocNr).toBe('0000000413');
    const pdf = await fetch(invoice.InvoiceUrl);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect((await pdf.text()).startsWith('%PDF-1.4')).toBe(true);
    expect((await fetch(invoice.InvoiceUrl.replace(/createPDF\/./, 'createPDF/x'))).status).toBe(404);
  });

  it.each([
    ['same', '0000000412', [], 1],
    ['second', '0000000413', [], 2],
    ['refuse', undefined, ['_EMU_ALREADY_INVOICED'], 1],
  ])('the second time: %s', async (secondInvoice, number, errors, documents) => {
    const test = await startWarehouse();
    await test.switches({ secondInvoice });
    await test.save(2, 912, [CUP]);
    await test.ask('createInvoice', { ByExtAppDocId: 1 }, { ExtAppDocId: 912 });
    const again = await test.call('createInvoice', { ByExtAppDocId: 1 }, { ExtAppDocId: 912 });
    expect([again.data?.DocNr, again.errors]).toEqual([number, errors]);
    expect((await test.control('GET', '/invoices')).invoices).toHaveLength(documents);
  });

  it.each([
    ['both keys', { OperationId: 81_501, ExtAppDocId: 913 }, '_EMU_INVALID_OperationId'],
    ['no key', {}, '_EMU_REQUIRED_OperationId'],
    ['an order', { ExtAppDocId: 914 }, '_EMU_INVALID_DocumentType'],
    ['a credit note for a sale', { ExtAppDocId: 913, DocumentType: 5 }, '_EMU_INVALID_DocumentType'],
    ['an unknown type', { ExtAppDocId: 913, DocumentType: 2 }, '_EMU_INVALID_DocumentType'],
    ['an unknown bank account', { ExtAppDocId: 913, BankAccountId: 7 }, '_EMU_UNKNOWN_BankAccountId'],
  ])('refuses %s', async (_, data, error) => {
    const test = await startWarehouse();
    await test.save(2, 913, [CUP]);
    await test.save(19, 914, [CUP]);
    expect((await test.call('createInvoice', {}, data)).errors).toEqual([error]);
  });

  it('takes issuer and place from the settings, and credit notes for returns', async () => {
    const test = await startWarehouse();
    await test.save(34, 915, [CUP]);
    await test.ask('createInvoice', {}, { ExtAppDocId: 915, DocumentType: 5, BankAccountId: 12 });
    const { invoices } = await test.control('GET', '/invoices');
    expect(invoices[0]).toMatchObject({
      ...{ DocumentType: 5, Compiler: 'Онлайн магазин', DealPlace: 'София', BankAccountId: 12 },
      ...{ Amount: 8, AmountVat: 1.6 },
    });
  });
});
