import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../../tools/local/process.ts';
import { payload, signedRequest, startWarehouse, type TestWarehouse } from './warehouse.ts';

const CUP = ['CUP-01', 1, 9.6] as const;

/** One save of document 950, as bytes came back; `gaveUp` when none did. */
async function attempt(test: TestWarehouse, patienceMs = 5000) {
  const data = test.document(2, 950, [CUP]);
  const { apiId, secret } = test.credentials;
  const signed = signedRequest(secret, payload('saveOperation', { ByExtAppDocId: 1 }, data));
  const body = new URLSearchParams({ ApiId: apiId, Request: signed });
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(test.emulator.url, { method: 'POST', body, signal });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()), gaveUp: false };
  } catch {
    return { status: 0, bytes: Buffer.alloc(0), gaveUp: true };
  }
}

const until = (probe: () => Promise<boolean>): Promise<void> =>
  waitUntil('the emulator', probe, { timeoutMs: 5000, everyMs: 10 });

const saved = async (test: TestWarehouse): Promise<number> =>
  (await test.control('GET', '/operations?ext=950')).total;

const lastOutcome = async (test: TestWarehouse): Promise<string> =>
  (await test.control('GET', '/requests')).requests.at(-1).outcome;

describe('answers that are spoilt', () => {
  const html = /^<html>/;
  it.each([
    ['http429', 429, html, 0],
    ['http500', 500, html, 0],
    ['http502', 502, html, 0],
    ['http503', 503, html, 0],
    ['failedEnvelope', 200, /^\{"status":false,"errors":\["_EMU_FAULT"\],"data":null\}$/, 0],
    ['invalidJson', 200, /^\{"status":true[^}]*$/, 1],
    ['bom', 200, /^\uFEFF\{"status":true.*\}$/, 1],
    ['emptyBody', 200, /^$/, 1],
    ['nullData', 200, /^\{"status":true,"errors":\[\],"data":null\}$/, 1],
  ])('%s: HTTP %d, and the call is applied or not as usual', async (kind, status, text, documents) => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind, function: 'saveOperation' });
    const answer = await attempt(test);
    expect(answer.status).toBe(status);
    expect(answer.bytes.toString('utf8')).toMatch(text);
    expect(await saved(test)).toBe(documents);
    expect((await attempt(test)).bytes.toString()).toContain('"ExtAppDocId":950');
  });

  it.each([
    ['http502', true, 1],
    ['failedEnvelope', true, 1],
    ['emptyBody', false, 0],
  ])('%s is applied when told so: %s', async (kind, apply, documents) => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind, apply });
    await attempt(test);
    expect(await saved(test)).toBe(documents);
  });

  it('puts keys of choice into a failed envelope', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind: 'failedEnvelope', errors: ['_SOMETHING', 'друго'] });
    expect((await test.call('getItems')).errors).toEqual(['_SOMETHING', 'друго']);
  });
});

describe('answers that come late or never', () => {
  it.each(['delay', 'slowFirstByte'])('%s takes its time and then answers', async (kind) => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind, ms: 150 });
    const started = performance.now();
    const pending = attempt(test);
    // A delay comes before the work, a slow first byte after it.
    await until(async () => (await lastOutcome(test)) === 'open');
    expect(await saved(test)).toBe(kind === 'delay' ? 0 : 1);
    expect((await pending).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(145);
    expect(await saved(test)).toBe(1);
  });

  it.each([
    ['dropBefore', 0],
    ['dropAfter', 1],
  ])('%s ends the connection; documents: %d', async (kind, documents) => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind });
    expect((await attempt(test)).gaveUp).toBe(true);
    expect(await saved(test)).toBe(documents);
  });

  it.each([
    ['timeoutBefore', 0, 'timeout'],
    ['timeoutAfter', 1, 'timeout, applied'],
  ])('%s leaves the client waiting; documents: %d', async (kind, documents, outcome) => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind });
    expect((await attempt(test, 100)).gaveUp).toBe(true);
    await until(async () => (await lastOutcome(test)) === outcome);
    expect(await saved(test)).toBe(documents);
  });

  it('applies a held write only after the client gave up', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind: 'holdAndApplyLater', ms: 50 });
    expect((await attempt(test, 100)).gaveUp).toBe(true);
    expect(await saved(test)).toBe(0);
    await until(async () => (await saved(test)) === 1);
    await until(async () => (await lastOutcome(test)) === 'applied later');
  });

  it('edits, and makes no second document, when a retry was faster than the held write', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind: 'holdAndApplyLater', ms: 50 });
    await attempt(test, 100);
    expect((await attempt(test)).status).toBe(200);
    await until(async () => (await test.control('GET', '/history')).history.at(-1).action === 'edit');
    expect(await saved(test)).toBe(1);
  });
});

describe('parked calls', () => {
  it.each([
    [true, true, 200, 1],
    [true, false, 0, 1],
    [false, true, 504, 0],
    [false, false, 0, 0],
  ])('applied %s, answered %s: HTTP %d, documents: %d', async (apply, answer, status, documents) => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind: 'park', function: 'saveOperation' });
    const pending = attempt(test);
    await until(async () => (await test.control('GET', '/held')).held.length === 1);
    const [held] = (await test.control('GET', '/held')).held;
    expect(held).toMatchObject({ function: 'saveOperation', functionData: { ExtAppDocId: 950 } });
    expect(await saved(test)).toBe(0);
    await test.control('POST', `/held/${held.id}/release`, { apply, answer });
    expect((await pending).status).toBe(status);
    expect(await saved(test)).toBe(documents);
    expect((await test.control('GET', '/held')).held).toEqual([]);
    await expect(test.control('POST', `/held/${held.id}/release`, {})).rejects.toThrow('404');
  });

  it('can be applied long after the client gave up', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind: 'park' });
    expect((await attempt(test, 100)).gaveUp).toBe(true);
    const [held] = (await test.control('GET', '/held')).held;
    await test.control('POST', `/held/${held.id}/release`, {});
    expect(await saved(test)).toBe(1);
  });
});

describe('which calls a fault meets', () => {
  it('is chosen by function, application, number and how many pass before', async () => {
    const test = await startWarehouse();
    const other = await test.application();
    await test.control('POST', '/faults', {
      ...{ kind: 'failedEnvelope', function: 'getObjects', apiId: other.apiId, after: 1, times: 2 },
    });
    const statuses = [];
    for (let index = 0; index < 4; index++)
      statuses.push((await test.call('getObjects', {}, null, other)).status);
    expect(statuses).toEqual([true, false, false, true]);
    await test.control('POST', '/faults', { kind: 'failedEnvelope', function: 'getItems', times: 9 });
    expect((await test.call('getObjects')).status).toBe(true);
    expect((await test.call('getItems')).status).toBe(false);
    await test.control('DELETE', '/faults');
    expect((await test.control('GET', '/faults')).faults).toEqual([]);
    expect((await test.call('getItems')).status).toBe(true);
  });

  it('refuses a fault that it does not know', async () => {
    const test = await startWarehouse();
    await expect(test.control('POST', '/faults', { kind: 'flood' })).rejects.toThrow('422');
  });
});
