import { describe, expect, it } from 'vitest';
import { createMicrobgClient } from '../../../src/clients/microbg/index.ts';
import { type Recorded, replay, type Sent } from '../replay.ts';

const company = (until: string) =>
  `{"status":true,"errors":[],"data":{"CompanyName":"Демо","currencyCode":"EUR","PaymentToDate":"${until}","Percision":"2","PricesWithVat":1,"IsVat":2,"New":{"x":1}}}`;
const ok = (data: string) => ({ body: `{"status":true,"errors":[],"data":${data}}` });

function client(...answers: Recorded[]) {
  const { fetchHook, sent } = replay(...answers);
  const made = createMicrobgClient({
    entryPoint: 'https://micro.example/ExtApps/ExternalApp/API/',
    apiId: '1000200030004000',
    secret: 'secret',
    bodyEncoding: 'form-double',
    deadlineMs: 1000,
    fetchHook,
    now: () => Date.parse('2026-11-24T12:00:00Z'),
  });
  return { client: made, sent };
}

function payload(sent: Sent | undefined): string {
  const request = new URLSearchParams(sent?.body).get('Request') ?? '';
  return Buffer.from(decodeURIComponent(request.slice(0, -64)), 'base64').toString('utf8');
}

const operation = `{"id":81501,"Acct":"640","OperType":2,"ObjectId":2,"PartnerId":917,"Amount":16.50,"AmountVat":"3.3","PricesWithVat":1,"NullVat":0,"DateUpdated":"2026-10-02 10:28:02","DateIssued":"0000-00-00 00:00:00","ExtAppDocId":500124,"Items":{"0":{"ItemId":8814,"Qtty":2,"PriceOut":4.10666671234567891,"VatOut":1.65,"Discount":null,"Sign":-1,"TaxValue":20}}}`;

describe('micro.bg client', () => {
  it('reads the company and tolerates text for numbers, 2 for no, unknown keys', async () => {
    const answer = await client({ body: company('2027-03-31 23:59:59') }).client.company();
    expect(answer).toMatchObject({
      kind: 'ok',
      value: {
        currency: 'EUR',
        pricePrecision: 2,
        quantityPrecision: 3,
        pricesWithVat: true,
        isVatRegistered: false,
      },
    });
  });

  it('keeps every digit of an operation', async () => {
    const { client: made, sent } = client(ok(`[${operation}]`));
    const answer = await made.findOperations(2, { extAppDocId: 500124 });
    expect(answer).toMatchObject({
      kind: 'ok',
      value: [
        {
          id: 81501,
          acct: 640,
          amount: '16.5',
          amountVat: '3.3',
          issuedAt: null,
          lines: [{ itemId: 8814, quantity: '2', priceOut: '4.10666671234567891', discount: '0', sign: -1 }],
        },
      ],
    });
    expect(payload(sent[0])).toBe(
      '{"functionName":"getOperations","parameters":{"OperType":2,"ExtAppDocId":500124},"functionData":null}',
    );
  });

  it('tells absence from an ignored filter', async () => {
    expect(await client(ok('[]')).client.findOperations(2, { id: 1 })).toEqual({ kind: 'not_found' });
    expect(await client(ok(`[${operation}]`)).client.findOperations(2, { id: 1 })).toMatchObject({
      kind: 'failed',
      decision: { class: 'defect', code: 'microbg_filter_ignored' },
    });
  });

  it('believes a null list only while the subscription is paid', async () => {
    const paid = await client(ok('null'), { body: company('2026-11-24 14:00:00') }).client.objects();
    expect(paid).toEqual({ kind: 'ok', value: [], warnings: ['data_null'] });
    const over = await client(ok('null'), { body: company('2026-11-24 13:59:59') }).client.objects();
    expect(over).toMatchObject({
      kind: 'failed',
      decision: { class: 'paused', code: 'microbg_subscription_over' },
    });
    const today = await client(ok('null'), { body: company('2026-11-24') }).client.objects();
    expect(today.kind).toBe('ok');
  });

  it('one broken row fails a list, and its text holds no values', async () => {
    const answer = await client(ok('[{"id":1,"Name":"Ана"},{"id":"x","Name":"Ана"}]')).client.findPartners({
      id: 1,
    });
    expect(answer).toMatchObject({ kind: 'failed', decision: { class: 'defect' } });
    expect(JSON.stringify(answer)).toContain('data.1.id');
    expect(JSON.stringify(answer)).not.toContain('Ана');
  });

  it('saves a whole document by our stamp, decimals as literals', async () => {
    const { client: made, sent } = client(ok('{"id":81500,"Acct":212,"Amount":20.25,"ExtAppDocId":500123}'));
    const answer = await made.saveOperation({
      operType: 19,
      objectId: 2,
      partnerId: 917,
      extAppDocId: 500123,
      pricesWithVat: true,
      lines: [{ itemId: 8814, quantity: '0.350', price: '18.90' }],
    });
    expect(answer).toMatchObject({
      kind: 'ok',
      value: { id: 81500, acct: 212, amount: '20.25', amountVat: null },
    });
    expect(payload(sent[0])).toBe(
      '{"functionName":"saveOperation","parameters":{"ByExtAppDocId":1},"functionData":{"OperType":19,"ObjectId":2,"PartnerId":917,"PricesWithVat":1,"ExtAppDocId":500123,"Items":[{"ItemId":8814,"Qtty":0.35,"Price":18.9,"Discount":0}]}}',
    );
  });

  it('a save answered without an id has an unknown outcome; a deletion needs no data', async () => {
    const document = { operType: 2, objectId: 1, extAppDocId: 1, pricesWithVat: true, lines: [] };
    expect(await client(ok('null')).client.saveOperation(document, 5)).toMatchObject({
      kind: 'failed',
      decision: { class: 'unknown_outcome' },
    });
    const { client: made, sent } = client(ok('null'));
    expect(await made.deleteOperation({ extAppDocId: 9 })).toEqual({ kind: 'ok', value: null });
    expect(payload(sent[0])).toContain('"parameters":{"ExtAppDocId":9,"DeleteRelatedOperations":0}');
  });

  it('drops partners that a server without filters hands over', async () => {
    const rows = '[{"id":1,"eMail":"ANA@example.com","Code":12},{"id":2,"eMail":"x@example.com"}]';
    expect(await client(ok(rows)).client.findPartners({ email: 'ana@example.com' })).toMatchObject({
      kind: 'ok',
      value: [{ id: 1, code: '12', deleted: false }],
      warnings: ['filter_not_applied'],
    });
  });

  it('finds an item by an extra code and without its leading zeros', async () => {
    const rows =
      '[{"id":1,"Code":123,"PriceIn":4.10666670000001,"PriceOut2":"9.90","AddCodes":null},{"id":2,"Code":"9","AddCodes":[{"Code":123,"CodeType":1,"Ratio":6}]}]';
    const answer = await client(ok(rows)).client.findItems({ code: '00123' }, true);
    expect(answer).toMatchObject({
      kind: 'ok',
      value: [
        { id: 1, code: '123', priceIn: '4.10666670000001' },
        { id: 2, addCodes: [{ code: '123', ratio: '6' }] },
      ],
    });
    expect(answer.kind === 'ok' && answer.value[0]?.prices.slice(0, 2)).toEqual([null, '9.9']);
  });

  it('reads a price under either key (Q-12)', async () => {
    const rows = '[{"id":1,"Price":9.9},{"id":2,"PriceOut1":7.20},{"id":3,"PriceOut1":1,"PriceOut2":2}]';
    const answer = await client(ok(rows)).client.prices({ priceGroup: 2, pricesWithVat: true });
    expect(answer.kind === 'ok' && answer.value.map((row) => row.price)).toEqual(['9.9', '7.2', null]);
  });

  it('copies an invoice only from its own server', async () => {
    const { client: made, sent } = client({ body: '%PDF' });
    expect(await made.downloadInvoice('https://evil.example/x.pdf')).toMatchObject({
      kind: 'failed',
      decision: { code: 'microbg_invoice_link' },
    });
    expect(sent).toHaveLength(0);
    expect(await made.downloadInvoice('https://micro.example/createPDF/0/a.pdf')).toMatchObject({
      kind: 'ok',
    });
  });

  it('sends multipart with the boundary that fetch writes', async () => {
    const { fetchHook, sent } = replay(ok('[]'));
    const entryPoint = 'https://micro.example/';
    const settings = {
      entryPoint,
      apiId: '1',
      secret: 's',
      bodyEncoding: 'multipart',
      deadlineMs: 1000,
    } as const;
    await createMicrobgClient({ ...settings, fetchHook }).taxGroups();
    expect(sent[0]?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/);
  });
});
