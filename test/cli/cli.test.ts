import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConnection, testDatabase } from '../support/database.ts';
import { type TestPanel, startPanel, tokenOf } from '../support/panel.ts';
import { progressLine, showTable } from '../../tools/cli/output.ts';
import { runCli } from './run.ts';

const { pool } = await testDatabase();
let panel: TestPanel;
let owner: string;
let viewer: string;
const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-cli-'));

beforeAll(async () => {
  panel = await startPanel(pool, { publicUrl: 'https://sync.example.bg' });
  [owner, viewer] = await Promise.all([tokenOf(pool, 'owner'), tokenOf(pool, 'viewer')]);
});
afterAll(() => panel?.stop());
beforeEach(async () => {
  await pool.query('delete from connection');
  await testConnection(pool, 'one');
  await pool.query(
    `insert into shop_order (connection_id, shop_order_id, state, shop_status, shop_total, shop_currency)
     values ('one', '10457', 'blocked', 'paid', 2490, 'EUR')`,
  );
  await pool.query(
    `insert into problem (connection_id, shop_order_id, code, severity, params)
     values ('one', '10457', 'sku_not_matched', 'blocking', '{"sku": "A-1"}')`,
  );
});

const cli = (...args: string[]) => runCli(panel.url, owner, args);

describe('the command line', () => {
  it('shows a table to people and one line of JSON to machines', async () => {
    const people = await cli('orders', 'list');
    expect(people.out.split('\n')[0]).toMatch(/^CONNECTION +ORDER +STATE/);
    expect(people.out).toContain('24.90 EUR');
    const machines = await cli('orders', 'list', '--json');
    expect(machines.out.trimEnd().split('\n')).toHaveLength(1);
    expect(machines.json().orders[0]).toMatchObject({ order: '10457', total: 2490 });
  });

  it('tells problems and remedies in the wished language', async () => {
    expect((await cli('attention', '--lang', 'bg')).out).toMatch(/[а-я]/);
    expect((await cli('attention', '--lang', 'en')).out).not.toMatch(/[а-я]/);
    const inBulgaria = await runCli(panel.url, owner, ['attention'], { LANG: 'bg_BG.UTF-8' });
    expect(inBulgaria.out).toMatch(/[а-я]/);
  });

  it('acts: a retry is carried out and told', async () => {
    const done = await cli('orders', 'retry', '--connection', 'one', '--reason', 'items imported', '--json');
    expect(done).toMatchObject({ exit: 0 });
    expect(done.json()).toEqual({ retried: 1 });
    const { rows } = await pool.query(`select data from journal`);
    expect(rows[0].data).toMatchObject({ by: 'token:owner', reason: 'items imported' });
  });

  it('says by its exit code what became of a command, and by a sentence why', async () => {
    const codes = async (ran: ReturnType<typeof cli>): Promise<[number, string]> => {
      const { exit, err } = await ran;
      return [exit, err];
    };
    expect(await codes(cli('orders', 'show', 'one', '1'))).toEqual([
      3,
      'There is no such order (unknown_order)\n',
    ]);
    expect(await codes(cli('orders', 'retry', '--reason', 'r'))).toEqual([
      3,
      expect.stringContaining('name a connection or a code'),
    ]);
    expect(await codes(runCli(panel.url, viewer, ['users', 'list']))).toEqual([
      4,
      expect.stringContaining('role_too_low'),
    ]);
    expect(await codes(runCli(panel.url, 'wrong-token-wrong-token', ['whoami']))).toEqual([
      4,
      'Sign in first (not_signed_in)\n',
    ]);
    expect(await codes(runCli('http://127.0.0.1:9', owner, ['whoami']))).toEqual([
      5,
      expect.stringContaining('cannot be reached'),
    ]);
    expect(await codes(cli('orders', 'sho'))).toEqual([2, expect.stringContaining('unknown command')]);
    expect(await codes(cli('orders', 'retry'))).toEqual([2, expect.stringContaining('--reason')]);
    // What was looked at is not as it should be: told, and the code says so.
    await pool.query(`update connection set stopped_reason = 'test', updated_at = clock_timestamp()`);
    const late = await cli('connection', 'completeness', 'one');
    expect(late.exit).toBe(6);
    expect(late.out).toMatch(/^alarm /m);
  });

  it('reads the token from a file, and writes files where it is told to', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${owner}\n`);
    const ran = await runCli(panel.url, undefined, ['whoami', '--token-file', tokenFile, '--json']);
    expect(ran.json()).toMatchObject({ by: 'token:owner', role: 'owner' });
    const missing = await runCli(panel.url, undefined, ['whoami', '--token-file', join(folder, 'none')]);
    expect(missing).toMatchObject({ exit: 1, err: expect.stringContaining('There is no file') });
    await pool.query(
      `insert into reconciliation (connection_id, state, asked_by) values ('one', 'finished', 'test')`,
    );
    const { id } = (await cli('reconciliation', 'list', 'one', '--json')).json().reconciliations[0];
    const file = join(folder, 'differences.csv');
    expect((await cli('reconciliation', 'csv', 'one', String(id), '--output', file)).exit).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^\uFEFFkind,order/);
  });

  it('is a program of its own', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'tools/cli/main.ts', 'tokens', 'list'], {
      env: { ...process.env, CLOUDCART_MICROBG_URL: panel.url, CLOUDCART_MICROBG_TOKEN: owner },
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    expect(await new Promise((resolve) => void child.on('close', resolve))).toBe(0);
    expect(out).toMatch(/^ID +NAME +ROLE/);
  });
});

describe('what it writes', () => {
  it('a name cannot steer the terminal', () => {
    let text = '';
    showTable(
      { json: false, language: 'en', write: (more) => (text += more), redraw: undefined },
      {},
      [{ name: 'red \u001b[31m\r\nnext' }],
      [['NAME', ({ name }) => name]],
      'None.',
    );
    expect(text).toBe('NAME\nred  [31m next\n');
  });

  it('progress is a bar with figures', () => {
    expect(progressLine({ done: 500, total: 1_000, perSecond: 12, secondsLeft: 41.2 })).toBe(
      '[###############---------------]   50 %  500 of 1000  12.0/s  42 s left',
    );
    expect(progressLine({ done: 0, total: 0 })).toContain('100 %');
  });
});
