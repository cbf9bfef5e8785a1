import { describe, expect, it } from 'vitest';
import { newSecretsKey } from '../../src/config.ts';
import { main } from '../../tools/connect.ts';
import { freePort } from '../../tools/local/process.ts';
import { emptyDatabase } from '../support/database.ts';
import { endedWith, useDesk } from './command.ts';

const desk = useDesk();

async function expectNothingSaved(): Promise<void> {
  expect((await desk.pool.query('select id from connection')).rows).toEqual([]);
}

describe('a file that is not right', () => {
  it('is refused with the field, the problem and an example of everything that is wrong', async () => {
    const { code, output } = await desk.connect({
      id: 'Моят магазин',
      mode: 'on',
      colour: 'red',
      shop: { url: 'http://sampleshop.example', apiKey: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123' },
      warehouse: { entryPoint: 'https://micro.bg/API', apiId: 1000200030004000, secret: 'env:NOT_SET' },
      settings: { startDate: '2026-02-31', saleRule: { statuses: [], fulfilled: false }, object: true },
    });
    expect(code).toBe(78);
    for (const line of [
      /^ {2}id: must be small letters.*Example: "sampleshop"$/m,
      /^ {2}name: is missing.*Example: /m,
      /^ {2}mode: .*Example: "observe", "live" or "off"$/m,
      /^ {2}colour: is not known.*Example: /m,
      /^ {2}shop\.url: must be an https:\/\/ address.*Example: /m,
      /^ {2}shop\.apiKey: must be 64 capital letters and digits; this one has 30 characters.*Example: /m,
      /^ {2}warehouse\.entryPoint: must end with a slash.*Example: /m,
      /^ {2}warehouse\.apiId: .*expected string.*Example: "1000200030004000"/m,
      /^ {2}warehouse\.secret: the environment has no variable NOT_SET.*Example: /m,
      /^ {2}settings\.startDate: must be a day.*Example: "2026-12-01"$/m,
      /^ {2}settings\.saleRule: must name a status, or count shipping.*Example: "always" or /m,
      /^ {2}settings\.object: must be an id.*Example: /m,
    ])
      expect(output).toMatch(line);
    expect(output).not.toContain('ABCDEFGHIJ');
    await expectNothingSaved();
  });

  it.each([
    ['is not JSON', '{\n "shop": { "apiKey": "SECRETWORD" "x" }', /is not JSON/],
    ['is a list', '[]', /the file: /],
    ['has a shop with a path', undefined, /shop\.url: must be only the primary domain/],
  ])('that %s is refused without quoting it', async (_what, content, message) => {
    const withPath = desk.file({ shop: { url: 'https://a.example/admin', apiKey: 'env:SHOP_KEY_OF_TEST' } });
    const { code, output } = await desk.connect(content ?? withPath);
    expect(code).toBe(78);
    expect(output).toMatch(message);
    expect(output).not.toContain('SECRETWORD');
    await expectNothingSaved();
  });

  it('that is not there is named', async () => {
    const { code, output } = await desk.run(['no-such-file.json']);
    expect(code).toBe(78);
    expect(output).toContain('no-such-file.json: is not there');
  });
});

describe('the command', () => {
  it.each([
    [[]],
    [['a.json', 'b.json']],
    [['--mode', 'on', '--id', 'a']],
    [['--mode', 'live']],
    [['--id', 'a']],
    [['--list', '--webhooks']],
    [['a.json', '--mode', 'live']],
    [['--verbose']],
  ])('refuses %j before anything is read', async (args) => {
    expect(await main(args)).toBe(2);
  });

  it('says how it is used', async () => {
    const { code, output } = await desk.run([]);
    expect(code).toBe(2);
    for (const way of ['-- FILE', '--id ID --webhooks', '--id ID --mode MODE', '--list', 'docs/connect.md'])
      expect(output).toContain(way);
  });

  it('names the variables that it lacks, and only those that it needs', async () => {
    const env = { DATABASE_URL: undefined, SECRETS_KEY: undefined, TEMPORAL_ADDRESS: undefined };
    const { code, output } = await desk.connect(desk.file(), [], { env });
    expect(code).toBe(78);
    expect(output).toContain('DATABASE_URL: is missing');
    expect(output).toContain('SECRETS_KEY: is missing');
    expect(output).not.toContain('TEMPORAL_ADDRESS');
    await endedWith(0, desk.run(['--list'], { env: { SECRETS_KEY: undefined } }));
  });

  it('says what to do about a database without tables, and about one that is not there', async () => {
    const empty = await desk.run(['--list'], { env: { DATABASE_URL: await emptyDatabase() } });
    expect(empty).toMatchObject({ code: 1 });
    expect(empty.output).toContain('npm run migrate');
    const url = `postgres://user:hidden-word@127.0.0.1:${await freePort()}/nothing`;
    const away = await desk.run(['--list'], { env: { DATABASE_URL: url } });
    expect(away).toMatchObject({ code: 1 });
    expect(away.output).toContain('The database cannot be used');
    expect(away.output).not.toMatch(/hidden-word|at .*\.js/);
  });

  it('notices that SECRETS_KEY is another one, and leaves the connection as it is', async () => {
    await desk.connect(desk.file());
    const before = await desk.saved();
    const { code, output } = await desk.connect(desk.file({ name: 'Друг' }), [], {
      env: { SECRETS_KEY: newSecretsKey() },
    });
    expect(code).toBe(78);
    expect(output).toContain('SECRETS_KEY is not the key');
    expect(await desk.saved()).toEqual(before);
  });
});

describe('a shop that cannot be used', () => {
  const wrongKey = 'K'.repeat(64);

  it.each<[string, (url: URL) => { url: string; apiKey: string }, RegExp]>([
    ['wrong key', ({ origin }) => ({ url: origin, apiKey: wrongKey }), /shop\.apiKey: .*does not accept/],
    [
      'host that is not the primary domain',
      ({ port }) => ({ url: `http://localhost:${port}`, apiKey: 'env:SHOP_KEY_OF_TEST' }),
      /shop\.url: localhost:\d+: no API access.*not the primary domain/,
    ],
    [
      'host that answers with something else',
      () => ({ url: desk.emulators.shop.control.url, apiKey: 'env:SHOP_KEY_OF_TEST' }),
      /shop\.url: 127\.0\.0\.1:\d+ is no shop API/,
    ],
  ])('%s: is named, and nothing is saved', async (_what, shopAt, message) => {
    const output = await endedWith(
      78,
      desk.connect(desk.file({ shop: shopAt(new URL(desk.emulators.shop.url)) })),
    );
    expect(output).toMatch(message);
    expect(output).not.toContain(wrongKey);
    await expectNothingSaved();
  });

  it.each([
    [{ rateLimitPerMinute: 0 }, 78, /shop\.url: .*the plan has none/],
    [{ maintenance: true }, 1, /shop: .*maintenance/],
    [{ planExpired: true }, 1, /shop: .*plan/],
  ])('%j: is named, and nothing is saved', async (switches, exit, message) => {
    await desk.emulators.shop.control.send('PATCH', '/switches', switches);
    const output = await endedWith(exit, desk.connect(desk.file()));
    expect(output).toMatch(message);
    await expectNothingSaved();
  });

  it('that cannot be reached now is another thing than a wrong file', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, output } = await desk.connect(desk.file({ shop: { url, apiKey: wrongKey } }));
    expect(code).toBe(1);
    expect(output).toMatch(/shop: 127\.0\.0\.1:\d+: the shop cannot be reached/);
  });
});

describe('a warehouse that cannot be used', () => {
  it('wrong secret and unknown ApiId are told apart, together with what is wrong with the shop', async () => {
    const { entryPoint, apiId } = desk.file()['warehouse'] as Record<string, string>;
    const wrongSecret = await desk.connect(
      desk.file({
        shop: { url: desk.emulators.shop.url, apiKey: 'K'.repeat(64) },
        warehouse: { entryPoint, apiId, secret: 'not-the-secret' },
      }),
    );
    expect(wrongSecret.code).toBe(78);
    expect(wrongSecret.output).toMatch(/warehouse\.secret: micro\.bg refused.*three body encodings/);
    expect(wrongSecret.output).toMatch(/shop\.apiKey: /);
    expect(wrongSecret.output).not.toContain('not-the-secret');
    const warehouse = { entryPoint, apiId: '9999000000000000', secret: 'env:WAREHOUSE_SECRET_OF_TEST' };
    const unknown = await desk.connect(desk.file({ warehouse }));
    expect(unknown.code).toBe(78);
    expect(unknown.output).toMatch(/warehouse\.apiId: micro\.bg does not know/);
    await expectNothingSaved();
  });

  it.each(['error', 'empty'])('a subscription that is not paid (%s) is named', async (subscription) => {
    await desk.emulators.warehouse.control.send('PATCH', '/switches', { subscription });
    const { code, output } = await desk.connect(desk.file());
    expect(code).toBe(1);
    expect(output).toMatch(/warehouse: the subscription \(абонамент\) of .* was paid until \d{4}-/);
    await expectNothingSaved();
  });

  it('the object is required: the possibilities are listed, and a wrong name is refused', async () => {
    const open = await desk.connect(desk.file({ settings: {} }));
    expect(open.code).toBe(78);
    expect(open.output).toMatch(
      /settings\.object: choose.*2 Централен склад, 3 Магазин Пловдив, 5 Склад едро/,
    );
    const settings = { object: 'Склад', paymentTypes: { cod: 77 }, serviceItems: { fee: 'CUP-01' } };
    const wrong = await desk.connect(desk.file({ settings }));
    expect(wrong.code).toBe(78);
    expect(wrong.output).toMatch(/settings\.object: micro\.bg has no „Склад“ here/);
    expect(wrong.output).toMatch(/settings\.paymentTypes\.cod: micro\.bg has no 77 here.*9 Наложен платеж/);
    expect(wrong.output).toMatch(/settings\.serviceItems\.fee: micro\.bg has no „CUP-01“/);
    await expectNothingSaved();
  });
});

describe('a connection beside another one', () => {
  it('gets neither its shop nor its application', async () => {
    await desk.connect(desk.file());
    const { code, output } = await desk.connect(desk.file({ id: 'second' }));
    expect(code).toBe(78);
    expect(output).toMatch(/shop\.url: .* belongs to connection sampleshop already/);
    expect(output).toMatch(/warehouse\.apiId: it belongs to connection sampleshop already/);
    expect(await desk.saved('second')).toBeUndefined();
  });

  it('keeps its application as long as there are documents of it (micro.bg API 6.2)', async () => {
    await desk.connect(desk.file());
    const { entryPoint, apiId } = desk.file()['warehouse'] as Record<string, string>;
    await desk.pool.query(`insert into shop_order (connection_id, shop_order_id) values ('sampleshop', '1')`);
    await desk.pool.query(
      `insert into document (connection_id, warehouse_api_id, ext_id, shop_order_id, kind, generation, state, settings_version, fence)
       values ('sampleshop', $1, 1, '1', 'order', 1, 'live', 1, 1)`,
      [apiId],
    );
    const made = await desk.emulators.warehouse.control.post<{ apiId: string; secret: string }>(
      '/applications',
    );
    const moved = desk.file({ warehouse: { entryPoint, ...made } });
    const refused = await desk.connect(moved);
    expect(refused.code).toBe(78);
    expect(refused.output).toContain('only that application may change them');
    await desk.pool.query(`update document set state = 'deleted'`);
    expect((await desk.connect(moved)).code).toBe(0);
    expect((await desk.saved())?.warehouseApiId).toBe(made.apiId);
  });
});
