import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/clients/answer.ts';
import { type MicrobgClient, createMicrobgClient } from '../../../src/clients/microbg/index.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';

/** The client against the emulator, every function, under every variant of what micro.bg's documents leave open. */
let emulators: Emulators;
let described: readonly Switch[] = [];
beforeAll(async () => {
  emulators = await startEmulators();
  described = (await emulators.warehouse.control.get<{ described: Switch[] }>('/switches')).described;
});
afterAll(() => emulators?.stop());

interface Switch {
  readonly name: string;
  readonly initial: unknown;
  readonly allowed: unknown;
}

const set = (switches: object) => emulators.warehouse.control.send('PATCH', '/switches', switches);
const clientOf = (bodyEncoding: 'form-double' | 'form-single' | 'multipart' = 'form-double'): MicrobgClient =>
  createMicrobgClient({
    entryPoint: emulators.warehouse.url,
    apiId: emulators.warehouse.apiId,
    secret: emulators.warehouse.secret,
    bodyEncoding,
    deadlineMs: 5_000,
    asciiJson: true,
  });
const outcome = (answer: Answer<unknown>): string =>
  answer.kind === 'failed' ? answer.decision.class : answer.kind;

let stamp = 1_000_000;

/** Every call once; answers how each one ended. */
async function everyCall(client: MicrobgClient): Promise<Record<string, string>> {
  const unique = String((stamp += 10));
  const found = await client.findItems({ code: 'CUP-01' }, true);
  const itemId = found.kind === 'ok' ? (found.value[0]?.id ?? 0) : 0;
  const partner = await client.insertPartner({ name: 'Проба', email: `${unique}@example.com`, code: unique });
  const partnerId = partner.kind === 'ok' ? partner.value.id : 0;
  const operation = {
    ...{ operType: 2, objectId: 2, partnerId, extAppDocId: stamp, pricesWithVat: true, paymentTypeId: 2 },
    lines: [{ itemId, quantity: '1', price: '9.6' }],
  };
  const saved = await client.saveOperation(operation);
  const id = saved.kind === 'ok' ? saved.value.id : 0;
  const item = await client.insertItem({ name: 'Нова', taxGroup: 1, measureId: 6, code: `N${unique}` });
  const newItem = item.kind === 'ok' ? item.value.id : 0;
  const group = await client.insertGroup('Items', `Група ${unique}`);
  const groupId = group.kind === 'ok' ? group.value.id : 0;
  const calls: Record<string, Answer<unknown>> = {
    company: await client.company(),
    isPaid: await client.isPaid(),
    bankAccounts: await client.bankAccounts(),
    paymentTypes: await client.paymentTypes(),
    taxGroups: await client.taxGroups(),
    objects: await client.objects(),
    groups: await client.groups('Partners'),
    insertGroup: group,
    renameGroup: await client.renameGroup('Items', groupId, 'Друга'),
    deleteGroup: await client.deleteGroup('Items', groupId),
    insertPartner: partner,
    findPartners: await client.findPartners({ email: `${unique}@example.com` }),
    partnersPage: await client.partnersPage(),
    editPartner: await client.editPartner(partnerId, { city: 'Русе' }),
    findItems: found,
    findByBarcode: await client.findItems({ barcode: '3800123450020' }, true),
    itemsPage: await client.itemsPage({ pricesWithVat: true }),
    insertItem: item,
    editItem: await client.editItem(newItem, { prices: { 2: '5.5' } }),
    deleteItem: await client.deleteItem(newItem),
    quantities: await client.quantities({ objectId: 2 }),
    prices: await client.prices({ priceGroup: 2, pricesWithVat: true, itemIds: [itemId] }),
    saveOperation: saved,
    saveAgain: await client.saveOperation(operation),
    editOperation: await client.saveOperation(operation, id),
    findByStamp: await client.findOperations(2, { extAppDocId: stamp }),
    findById: await client.findOperations(2, { id }),
    hasStampAfter: await client.hasStampAfter(2, stamp - 1),
    operationsPage: await client.operationsPage(2),
    addPayment: await client.addPayment({ id }, { amount: '9.6', paymentTypeId: 2 }),
    createInvoice: await client.createInvoice({ id }, { documentType: 1 }),
    deleteOperation: await client.deleteOperation({ id }),
    gone: await client.findOperations(2, { id }),
    deletePartner: await client.deletePartner(partnerId),
  };
  return Object.fromEntries(Object.entries(calls).map(([name, answer]) => [name, outcome(answer)]));
}

/** What differs from the usual, by switch and value: refused on purpose. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Codes of partners are ours and have digits only; those of items are the shop's.
  'alphanumericCodes=refuse': { insertItem: 'refused', editItem: 'refused', deleteItem: 'refused' },
  'deleteInvoiced=refuse': { deleteOperation: 'refused', gone: 'ok' },
  'deleteInvoiced=refusePaidToo': { deleteOperation: 'refused', gone: 'ok' },
};
const encodings = ['form-single', 'multipart'] as const;
/** Not variants of one answer, or looked at in the tests of what they break. */
const others = new Set([
  ...['bodyEncoding', 'timeZone', 'subscription', 'rateLimitMode', 'rateLimitPerMinute', 'latencyMs'],
]);

describe('micro.bg client and emulator', () => {
  it('every function under every switch', async () => {
    const client = clientOf();
    const usual = await everyCall(client);
    expect(Object.entries(usual).filter(([, how]) => how !== 'ok')).toEqual([['gone', 'not_found']]);
    const differing: object[] = [];
    let tried = 0;
    for (const { name, initial, allowed } of described.filter((each) => !others.has(each.name))) {
      const values = (Array.isArray(allowed) ? allowed : []).filter((value) => value !== initial);
      for (const value of values) {
        tried += 1;
        const key = `${name}=${String(value)}`;
        await set({ [name]: value });
        const got = await everyCall(client);
        await set({ [name]: initial });
        const wanted: Record<string, string> = { ...usual, ...exceptions[key] };
        const calls = Object.keys(wanted).filter((call) => got[call] !== wanted[call]);
        if (calls.length > 0) differing.push({ key, calls: calls.map((call) => `${call}: ${got[call]}`) });
      }
    }
    expect(differing).toEqual([]);
    expect(tried).toBeGreaterThan(25);
  }, 120_000);

  it.each(encodings)('every function in the encoding %s', async (encoding) => {
    await set({ bodyEncoding: encoding });
    const calls = await everyCall(clientOf(encoding));
    await set({ bodyEncoding: 'form-double' });
    expect(Object.entries(calls).filter(([, how]) => how !== 'ok')).toEqual([['gone', 'not_found']]);
  });

  it('a subscription that ran out: refused by error, never an empty list that is believed', async () => {
    const client = clientOf();
    await set({ subscription: 'error' });
    const refused = outcome(await client.findItems({ code: 'CUP-01' }, true));
    await set({ subscription: 'empty' });
    const paid = await client.isPaid();
    await set({ subscription: 'ok' });
    expect({ refused, paid: paid.kind === 'ok' && paid.value }).toEqual({ refused: 'refused', paid: false });
  });

  it.each([
    ['http429', 'retry_after'],
    ['http500', 'unknown_outcome'],
    ['http502', 'unknown_outcome'],
    ['http503', 'unknown_outcome'],
    ['invalidJson', 'unknown_outcome'],
    ['emptyBody', 'unknown_outcome'],
    ['dropBefore', 'unknown_outcome'],
    ['dropAfter', 'unknown_outcome'],
    ['failedEnvelope', 'refused'],
    ['bom', 'ok'],
  ] as const)('a write that ends with %s: %s', async (kind, wanted) => {
    await emulators.warehouse.control.post('/faults', { function: 'insertPartner', kind });
    expect(outcome(await clientOf().insertPartner({ name: 'Проба' }))).toBe(wanted);
  });

  it.each([
    ['http500', 'retry'],
    ['http502', 'retry'],
    ['invalidJson', 'retry'],
    ['emptyBody', 'retry'],
    ['dropAfter', 'retry'],
    ['nullData', 'ok'],
    ['bom', 'ok'],
  ] as const)('a read that ends with %s: %s', async (kind, wanted) => {
    await emulators.warehouse.control.post('/faults', { function: 'getObjects', kind });
    expect(outcome(await clientOf().objects())).toBe(wanted);
  });
});
