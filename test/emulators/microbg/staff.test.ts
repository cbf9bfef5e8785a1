import { describe, expect, it } from 'vitest';
import { startWarehouse } from './warehouse.ts';

const CUP = ['CUP-01', 1, 9.6] as const;

describe('people at the screen', () => {
  it('edit an order of the integration: lines, date and totals change, the owner does not', async () => {
    const test = await startWarehouse();
    const { data } = await test.save(19, 1000, [CUP], { Note: 'CloudCart #1000' });
    await test.control('POST', '/clock', { advanceMs: 5000 });
    const Items = [{ ItemId: test.itemId('TEA'), Qtty: 2, Price: 8, Discount: 0 }];
    const edited = await test.control('PATCH', `/operations/${data.id}`, { Items, Note: 'по телефона' });
    expect(edited).toMatchObject({
      id: data.id,
      extAppDocId: 1000,
      apiId: test.credentials.apiId,
      gross: 16,
    });
    const [row] = await test.ask('getOperations', { OperType: 19, ExtAppDocId: 1000 });
    expect(row).toMatchObject({ Note: 'по телефона', Acct: data.Acct, DateIssued: data.DateIssued });
    expect(row.DateUpdated > data.DateUpdated).toBe(true);
    expect((await test.save(19, 1000, [CUP])).data.id).toBe(data.id);
  });

  it('delete a document: it is gone from the list, and stock is back', async () => {
    const test = await startWarehouse();
    const before = test.stock('CUP-01');
    const { data } = await test.save(2, 1001, [CUP]);
    await test.control('DELETE', `/operations/${data.id}`);
    expect(await test.ask('getOperations', { OperType: 2, ExtAppDocId: 1001 })).toEqual([]);
    expect(test.stock('CUP-01')).toBe(before);
    await expect(test.control('DELETE', `/operations/${data.id}`)).rejects.toThrow('422');
  });

  it.each([
    [{}, 0, null],
    [{ keepOrder: true }, 1, null],
    [{ inherit: true }, 0, 1002],
    [{ inherit: true, keepOrder: true }, 1, 1002],
  ])('turn an order into a sale with %j', async (options, orders, extAppDocId) => {
    const test = await startWarehouse();
    const { data } = await test.save(19, 1002, [CUP], { PaymentTypeId: 9 });
    const before = test.stock('CUP-01');
    const sale = await test.control('POST', `/operations/${data.id}/to-sale`, options);
    expect(sale).toMatchObject({ type: 2, extAppDocId, paymentTypeId: 9, partnerId: 917, gross: 9.6 });
    expect(sale.apiId).toBe(extAppDocId === null ? null : test.credentials.apiId);
    expect(test.stock('CUP-01')).toBe(before - 1);
    expect(await test.ask('getOperations', { OperType: 19, ExtAppDocId: 1002 })).toHaveLength(orders);
    const sales = await test.ask('getOperations', { OperType: 2, Id: sale.id });
    expect(sales[0].ExtAppDocId).toBe(extAppDocId);
    await expect(test.control('POST', `/operations/${sale.id}/to-sale`, {})).rejects.toThrow('422');
  });

  it('set stock, or change it', async () => {
    const test = await startWarehouse();
    await test.control('PUT', '/stock', { code: 'CUP-01', quantity: 5 });
    expect(test.stock('CUP-01')).toBe(5);
    await test.control('PUT', '/stock', { itemId: test.itemId('CUP-01'), objectId: 3, change: -20 });
    expect([test.stock('CUP-01'), test.stock('CUP-01', 3)]).toEqual([5, -3]);
    await expect(test.control('PUT', '/stock', { code: 'NONE', quantity: 5 })).rejects.toThrow('404');
  });

  it('change price, purchase price and extra codes of an item, and delete it', async () => {
    const test = await startWarehouse();
    const id = test.itemId('TEA');
    const AddCodes = [{ MeasureId: 108, Code: 'TEA-6', CodeType: 1, Ratio: 6 }];
    await test.control('PATCH', `/items/${id}`, { PriceOut2: 8.5, PriceIn: 3.3333333, AddCodes });
    const [item] = await test.ask('getItems', { Code: 'TEA' });
    expect(item).toMatchObject({ PriceOut2: 8.5, PriceIn: 3.3333333, AddCodes });
    await test.control('DELETE', `/items/${id}`);
    expect((await test.ask('getItems', { Id: id }))[0].Deleted).toBe(1);
  });

  it('add, change and delete partners', async () => {
    const test = await startWarehouse();
    const partner = await test.control('POST', '/partners', { Name: 'Нов клиент', eMail: 'new@example.com' });
    await test.control('PATCH', `/partners/${partner.id}`, { City: 'Ямбол' });
    expect((await test.control('GET', '/partners?email=new@example.com')).partners[0].City).toBe('Ямбол');
    await test.control('DELETE', `/partners/${partner.id}`);
    expect(await test.ask('getPartners', { Id: partner.id })).toEqual([]);
  });

  it('make a document of their own, take a payment and issue an invoice', async () => {
    const test = await startWarehouse();
    const Items = [{ ItemId: test.itemId('TEA'), Qtty: 1, Price: 8, Discount: 0 }];
    const made = await test.control('POST', '/operations', { OperType: 2, PartnerId: 917, Items });
    expect(made).toMatchObject({ apiId: null, extAppDocId: null, gross: 8, objectId: 2 });
    await test.control('POST', `/operations/${made.id}/payments`, { Amount: 8, PaymentTypeId: 1 });
    const { DocNr } = await test.control('POST', `/operations/${made.id}/invoice`, {});
    expect(await test.control('GET', `/operations/${made.id}`)).toMatchObject({ paid: 8, invoices: [DocNr] });
    const Bad = { OperType: 2, PartnerId: 917, Items: [] };
    await expect(test.control('POST', '/operations', Bad)).rejects.toThrow('_EMU_REQUIRED_Items');
  });
});

describe('admin view', () => {
  it('shows operations by type, external id, application and note', async () => {
    const test = await startWarehouse();
    await test.save(19, 1010, [CUP], { Note: 'CloudCart #1010 · Еконт' });
    await test.save(2, 1011, [CUP], { Note: 'CloudCart #1011 · Еконт' });
    const exts = async (query: string) =>
      (await test.control('GET', `/operations?${query}`)).operations.map(
        (each: { extAppDocId: number }) => each.extAppDocId,
      );
    expect(await exts('note=%231010')).toEqual([1010]);
    expect(await exts('note=Еконт&type=2')).toEqual([1011]);
    expect(await exts('ext=1011')).toEqual([1011]);
    expect(await exts('ext=1011&type=19')).toEqual([]);
    expect(await exts(`apiId=${test.credentials.apiId}`)).toEqual([1010, 1011]);
    expect(await exts('order=newest&limit=2')).toEqual([1011, 1010]);
  });

  it('remembers everything that happened to operations, in order', async () => {
    const test = await startWarehouse();
    const from = (await test.control('GET', '/history')).history.length;
    const { data } = await test.save(19, 1012, [CUP]);
    await test.save(19, 1012, [['TEA', 1, 8]]);
    await test.control('DELETE', `/operations/${data.id}`);
    const { history } = await test.control('GET', `/history?since=${from}`);
    type Entry = { seq: number; action: string; apiId: string | null; gross: number; extAppDocId: number };
    expect(history.map(({ seq, action, apiId, gross }: Entry) => [seq, action, apiId, gross])).toEqual([
      [from + 1, 'create', test.credentials.apiId, 9.6],
      [from + 2, 'edit', test.credentials.apiId, 8],
      [from + 3, 'delete', null, 8],
    ]);
    expect(history.every((each: Entry) => each.extAppDocId === 1012)).toBe(true);
  });

  it('logs calls with what they asked and what came of them, without secrets', async () => {
    const test = await startWarehouse();
    await test.call('insertPartner', { AutoGenerateCode: 1 }, { Name: 'Пример', Password: 'hidden-word' });
    await test.call('getMeasures');
    await test.post('ApiId=42&Request=x');
    const { requests } = await test.control('GET', '/requests');
    expect(requests).toMatchObject([
      { seq: 1, function: 'insertPartner', functionData: { Name: 'Пример' }, outcome: 'ok', company: 'demo' },
      { seq: 2, function: 'getMeasures', outcome: 'refused', errors: ['_EMU_UNKNOWN_FUNCTION'] },
      { seq: 3, apiId: '42', function: '', outcome: 'refused', errors: ['_INVALID_API_ID'] },
    ]);
    for (const each of requests) expect(each.ms).toBeGreaterThan(0);
    const text = JSON.stringify(requests);
    expect(text).not.toContain('hidden-word');
    expect(text).not.toContain(test.credentials.secret);
    expect((await test.control('GET', '/requests?since=2')).requests).toHaveLength(1);
    await test.control('DELETE', '/requests');
    expect((await test.control('GET', '/requests')).requests).toEqual([]);
  });

  it('shows one company at a time', async () => {
    const test = await startWarehouse();
    const { total } = await test.control('GET', '/operations?company=second');
    expect(total).toBe(0);
    await expect(test.control('GET', '/operations?company=third')).rejects.toThrow('404');
  });
});

describe('set-up for tests', () => {
  it('makes applications, many at once, each with ids and rights of its own', async () => {
    const test = await startWarehouse();
    const { applications } = await test.control('POST', '/applications', { count: 30 });
    expect(new Set(applications.map((each: { apiId: string }) => each.apiId)).size).toBe(30);
    for (const each of applications) {
      expect(each.apiId).toMatch(/^\d{16}$/);
      expect((await test.call('getObjects', {}, null, each)).status).toBe(true);
    }
  });

  it('makes the same credentials in every run', async () => {
    const [one, other] = [await startWarehouse(), await startWarehouse()];
    expect(one.credentials).toEqual(other.credentials);
    expect(await one.application()).toEqual(await other.application());
  });

  it('makes companies with goods, isolated from the others', async () => {
    const test = await startWarehouse();
    const settings = { IsVat: 0, currencyCode: 'BGN' };
    const made = await test.control('POST', '/companies', { key: 'third', settings });
    const company = await test.ask('getCompanyData', {}, null, made);
    expect(company).toMatchObject({ CompanyName: 'third', IsVat: 0, currencyCode: 'BGN' });
    expect(await test.ask('getItems', { Code: 'CUP-01' }, null, made)).toHaveLength(1);
    expect(await test.ask('getOperations', { OperType: 2 }, null, made)).toEqual([]);
    await expect(test.control('POST', '/companies', { key: 'third' })).rejects.toThrow('422');
  });

  it('makes items in bulk, with stock, and refuses a used code', async () => {
    const test = await startWarehouse();
    const many = Array.from({ length: 2000 }, (_, index) => ({ Code: `BULK-${index}`, price: 3, stock: 7 }));
    const { items } = await test.control('POST', '/items', { items: many });
    expect(items).toHaveLength(2000);
    expect(test.stock('BULK-1999')).toBe(7);
    const again = { items: [{ Code: 'NEW-1' }, { Code: 'BULK-7' }] };
    await expect(test.control('POST', '/items', again)).rejects.toThrow('422');
    expect(await test.ask('getItems', { Code: 'NEW-1' })).toEqual([]);
  });

  it('refuses switches it does not know and values they cannot have, and then changes none', async () => {
    const test = await startWarehouse();
    for (const changes of [
      { maxLimit: 7, unknown: 1 },
      { maxLimit: 7, priceKey: 'price' },
      { maxLimit: 7, timeZone: 'Europe/Atlantis' },
      { maxLimit: 0 },
    ])
      await expect(test.switches(changes)).rejects.toThrow('422');
    const { switches, described } = await test.control('GET', '/switches');
    expect(switches.maxLimit).toBe(500);
    expect(described.find((each: { name: string }) => each.name === 'maxLimit').allowed).toBe('1..100000');
  });

  it('says 404 to addresses and 400 to bodies that are none', async () => {
    const test = await startWarehouse();
    await expect(test.control('GET', '/nothing')).rejects.toThrow('404');
    const { controlUrl } = test.emulator;
    expect((await fetch(`${controlUrl}/faults`, { method: 'POST', body: '{' })).status).toBe(400);
    expect(await test.control('GET', '/health')).toMatchObject({ ok: true });
  });
});
