import { describe, expect, it } from 'vitest';
import { createMicrobgClient, type MicrobgClient } from '../../../src/clients/microbg/index.ts';
import { startWarehouse, type TestWarehouse } from './warehouse.ts';

function clientOf(test: TestWarehouse, bodyEncoding: 'form-double' | 'form-single' | 'multipart') {
  const { apiId, secret } = test.credentials;
  return createMicrobgClient({
    entryPoint: test.emulator.url,
    apiId,
    secret,
    bodyEncoding,
    deadlineMs: 5000,
  });
}

/** The value of an answer that must be one. */
function valueOf<T>(answer: { readonly kind: string } & ({ readonly value: T } | object)): T {
  if (answer.kind !== 'ok' || !('value' in answer)) throw new Error(JSON.stringify(answer));
  return answer.value;
}

async function walk(client: MicrobgClient): Promise<number> {
  let rows = 0;
  let page = valueOf(await client.itemsPage({ pricesWithVat: true }));
  for (;;) {
    rows += page.rows.length;
    if (page.next === null) return rows;
    page = valueOf(await client.itemsPage({ pricesWithVat: true }, page.next));
  }
}

// Client and emulator were written apart from each other, from the same documentation.
describe('our client and the emulator', () => {
  it.each(['form-double', 'form-single', 'multipart'] as const)(
    'understand each other in %s',
    async (encoding) => {
      const test = await startWarehouse();
      await test.switches({ bodyEncoding: encoding });
      const client = clientOf(test, encoding);
      // Names of every length: padding, plus and slash of the base64 come and go.
      for (let length = 1; length <= 12; length++) {
        const name = `Търговец ${'ш?'.repeat(length)}`;
        const { id } = valueOf(await client.insertPartner({ name, email: `n${length}@example.com` }));
        expect(valueOf(await client.findPartners({ id }))[0]?.name).toBe(name);
      }
    },
  );

  it('agree on company, look-ups, items, stock and prices', async () => {
    const test = await startWarehouse();
    const client = clientOf(test, 'form-double');
    expect(valueOf(await client.company())).toMatchObject({ currency: 'EUR', isVatRegistered: true });
    expect(valueOf(await client.isPaid())).toBe(true);
    expect(valueOf(await client.paymentTypes())).toHaveLength(5);
    expect(valueOf(await client.objects())).toHaveLength(3);
    expect(valueOf(await client.taxGroups())).toHaveLength(3);
    expect(valueOf(await client.groups('Items')).length).toBeGreaterThan(5);
    expect(await walk(client)).toBe(test.emulator.warehouse.company()?.items.size);
    const id = test.itemId('CUP-01');
    const filter = { objectId: 2, itemIds: [id] };
    expect(valueOf(await client.quantities(filter))).toEqual([{ itemId: id, quantity: '85' }]);
    const [price] = valueOf(await client.prices({ priceGroup: 2, pricesWithVat: true, itemIds: [id] }));
    expect(price?.price).toBe('9.6');
  });

  it('agree on a document from its first save to its invoice and its end', async () => {
    const test = await startWarehouse();
    const client = clientOf(test, 'form-double');
    const order = {
      ...{ operType: 2, objectId: 2, partnerId: 917, extAppDocId: 1300, pricesWithVat: true },
      lines: [
        { itemId: test.itemId('CHS-KG'), quantity: '0.35', price: '18.9', discount: '0' },
        { itemId: 9001, quantity: '1', price: '4.80', discount: '0' },
      ],
    };
    const saved = valueOf(await client.saveOperation(order));
    expect(valueOf(await client.saveOperation(order)).id).toBe(saved.id);
    const [found] = valueOf(await client.findOperations(2, { extAppDocId: 1300 }));
    expect(found).toMatchObject({ id: saved.id, amount: '9.51', amountVat: '1.9', extAppDocId: 1300 });
    expect(found?.lines.map((line) => [line.priceOut, line.vatOut])).toEqual([
      ['15.75', '3.15'],
      ['4', '0.8'],
    ]);
    expect(valueOf(await client.hasStampAfter(2, 1299))).toBe(true);
    expect(valueOf(await client.hasStampAfter(2, 1300))).toBe(false);
    const key = { extAppDocId: 1300 };
    valueOf(await client.addPayment(key, { amount: '11.42', paymentTypeId: 9 }));
    const invoice = valueOf(await client.createInvoice(key, { documentType: 1 }));
    const pdf = valueOf(await client.downloadInvoice(invoice.url ?? ''));
    expect(Buffer.from(pdf).toString('latin1').startsWith('%PDF')).toBe(true);
    expect((await client.deleteOperation(key)).kind).toBe('ok');
    expect((await client.findOperations(2, key)).kind).toBe('not_found');
  });
});
