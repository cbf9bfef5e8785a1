import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { launch, type LocalProcess, waitUntil } from '../../../tools/local/process.ts';
import { payload, signedRequest, startWarehouse } from './warehouse.ts';

const CUP = ['CUP-01', 1, 9.6] as const;
const MAIN = fileURLToPath(new URL('../../../emulators/microbg/main.ts', import.meta.url));
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('snapshot', () => {
  it('brings back documents, stock, numbers, switches and applications', async () => {
    const test = await startWarehouse();
    const extra = await test.application();
    await test.save(2, 1100, [CUP]);
    await test.switches({ maxLimit: 7 });
    const before = await test.control('GET', '/snapshot');
    const stock = test.stock('CUP-01');
    const first = await test.save(2, 1101, [CUP]);
    await test.switches({ maxLimit: 9 });
    await test.control('PUT', '/snapshot', before);
    expect(test.stock('CUP-01')).toBe(stock);
    expect((await test.control('GET', '/operations?ext=1101')).total).toBe(0);
    expect((await test.control('GET', '/switches')).switches.maxLimit).toBe(7);
    expect((await test.call('getObjects', {}, null, extra)).status).toBe(true);
    expect((await test.save(2, 1101, [CUP])).data).toMatchObject({
      ...{ id: first.data.id, Acct: first.data.Acct },
    });
  });

  it('refuses what is no snapshot and keeps what it has', async () => {
    const test = await startWarehouse();
    await expect(test.control('PUT', '/snapshot', { companies: 'none' })).rejects.toThrow('422');
    expect((await test.call('getObjects')).status).toBe(true);
  });
});

describe('reset', () => {
  it('goes back to the seed, with the same credentials', async () => {
    const test = await startWarehouse();
    const { total } = await test.control('GET', '/operations');
    await test.save(2, 1102, [CUP]);
    await test.switches({ subscription: 'error' });
    await test.control('POST', '/faults', { kind: 'http500', times: 9 });
    await test.control('POST', '/reset');
    expect((await test.save(2, 1102, [CUP])).status).toBe(true);
    expect((await test.control('GET', '/operations')).total).toBe(total + 1);
  });

  it('lets a parked call go unapplied', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/faults', { kind: 'park' });
    const pending = test.save(2, 1103, [CUP]).catch(() => 'dropped');
    await waitUntil('a parked call', async () => (await test.control('GET', '/held')).held.length === 1);
    await test.control('POST', '/reset');
    expect(await pending).toBe('dropped');
    expect((await test.control('GET', '/operations?ext=1103')).total).toBe(0);
  });
});

describe('clock', () => {
  it('runs, jumps, stands still and runs on from there', async () => {
    const test = await startWarehouse();
    await test.control('POST', '/clock', { freezeAt: '2026-07-01T12:00:00Z' });
    const date = async () => (await test.save(2, 1104, [CUP])).data.DateUpdated as string;
    expect(await date()).toBe('2026-07-01 15:00:00');
    await test.control('POST', '/clock', { advanceMs: 61_000 });
    expect(await date()).toBe('2026-07-01 15:01:01');
    await test.control('POST', '/clock', { freezeAt: null });
    expect((await date()).startsWith('2026-07-01 15:01:0')).toBe(true);
    // The hour that summer time repeats in autumn looks the same twice.
    await test.control('POST', '/clock', { freezeAt: '2026-10-25T00:30:00Z' });
    expect(await date()).toBe('2026-10-25 03:30:00');
    await test.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(await date()).toBe('2026-10-25 03:30:00');
  });
});

async function start(folder: string): Promise<{ process: LocalProcess; url: string; controlUrl: string }> {
  const process = launch({
    name: 'micro.bg emulator',
    command: 'node',
    args: ['--import', 'tsx', MAIN, '--state-file', join(folder, 'state.json'), '--exit-with-parent'],
    logFile: join(folder, 'log'),
  });
  ends.push(() => process.kill());
  return { process, ...(JSON.parse(await process.firstLine) as { url: string; controlUrl: string }) };
}

describe('process', () => {
  it('says where it is in one line, and finds its state again after it was ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'microbg-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const first = await start(folder);
    expect(first.url.endsWith('/ExtApps/ExternalApp/API/')).toBe(true);
    const made = await (
      await fetch(`${first.controlUrl}/applications`, { method: 'POST', body: '{}' })
    ).json();
    const { apiId, secret } = made as { apiId: string; secret: string };
    await first.process.stop();
    expect(await readFile(join(folder, 'state.json'), 'utf8')).toContain(apiId);
    const second = await start(folder);
    const body = new URLSearchParams({ ApiId: apiId, Request: signedRequest(secret, payload('getObjects')) });
    const answer = await fetch(second.url, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ status: true });
    second.process.child.stdin?.end();
    expect(await second.process.exited).toContain('0');
  });
});
