import { describe, expect, it } from 'vitest';
import { startWarehouse, type TestWarehouse } from './warehouse.ts';

const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>';

async function get(test: TestWarehouse, path: string) {
  const response = await fetch(test.emulator.controlUrl + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('page for people', () => {
  it('shows documents newest first, with lines, totals, note and owner', async () => {
    const test = await startWarehouse();
    await test.save(19, 1200, [['CUP-01', 1, 9.6]], { Note: 'CloudCart #1200' });
    await test.save(2, 1201, [['TB-M-GRN', 2, 24.9]], { Note: 'CloudCart #1201' });
    const { status, text } = await get(test, '/');
    expect(status).toBe(200);
    expect(text.indexOf('CloudCart #1201')).toBeLessThan(text.indexOf('CloudCart #1200'));
    for (const shown of ['Тениска Бор M/Зелен', '49,80', 'ExtAppDocId 1200', 'Поръчка', 'Operations'])
      expect(text).toContain(shown);
  });

  it('shows stock of each object, payments, invoices, partners and calls', async () => {
    const test = await startWarehouse();
    const { data } = await test.save(2, 1202, [['CUP-01', 1, 9.6]]);
    await test.ask('addPayment', { ExtAppDocId: 1202 }, { Amount: 9.61, PaymentTypeId: 3 });
    const { DocNr } = await test.ask('createInvoice', {}, { OperationId: data.id });
    const parts = {
      catalogue: 'Магазин Пловдив',
      payments: '9,61',
      invoices: DocNr as string,
      partners: 'Хотел Балкан АД',
      requests: 'createInvoice',
      switches: 'documentRounding',
      documents: 'платено',
    };
    for (const [part, shown] of Object.entries(parts)) {
      const { status, text } = await get(test, `/page/${part}?company=demo`);
      expect([part, status]).toEqual([part, 200]);
      expect(text).toContain(shown);
    }
    expect((await get(test, '/page/nothing')).status).toBe(404);
    expect((await get(test, '/?company=nothing')).status).toBe(404);
  });

  it('shows what others wrote as text, and lets nothing run but its own script', async () => {
    const test = await startWarehouse();
    const more = { Note: HOSTILE, DealConditions: HOSTILE };
    await test.save(19, 1203, [['CUP-01', 1, 9.6]], more);
    await test.ask(
      'insertPartner',
      { AutoGenerateCode: 1 },
      { Name: HOSTILE, eMail: HOSTILE, City: HOSTILE },
    );
    await test.ask('editItem', {}, { id: test.itemId('TEA'), Name: HOSTILE });
    await test.settings({ CompanyName: HOSTILE });
    const { text, headers } = await get(test, '/');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).not.toContain('<img');
    expect(text).not.toContain('<script>alert');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('shows secrets of no application', async () => {
    const test = await startWarehouse();
    const { text } = await get(test, '/');
    expect(text).not.toContain(test.credentials.secret);
  });

  it('offers only actions that the control API knows', async () => {
    const test = await startWarehouse();
    await test.save(19, 1204, [['CUP-01', 1, 9.6]]);
    await test.control('POST', '/faults', { kind: 'park' });
    const pending = test.call('getObjects').catch(() => undefined);
    const { text } = await get(test, '/');
    const sends = new Set([...text.matchAll(/data-send="([^"]+)"/g)].map((match) => match[1] ?? ''));
    expect(sends.size).toBeGreaterThan(10);
    for (const send of sends) {
      const [method, path] = send.replaceAll('&amp;', '&').split(' ');
      if (method === 'DELETE' || path?.includes('release')) continue;
      const answer = await fetch(test.emulator.controlUrl + path, { method: method ?? '', body: '[]' });
      // Its body is wrong, but there is such an action.
      expect([send, answer.status]).toEqual([send, 422]);
    }
    await test.control('POST', '/reset');
    await pending;
  });
});
