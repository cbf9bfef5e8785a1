import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReportFresh } from '../../src/db/queries/catalogue/match-views.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { type TestPanel, startPanel } from '../support/panel.ts';
import { PassWorld } from '../support/passes.ts';
import { matcher, report, rowsNow } from './world.ts';

const { pool } = await testDatabase();
const connection = 'goods';
const base = `/api/connections/${connection}/match`;
let emulators: Emulators;
let world: PassWorld;
let panel: TestPanel;
const looked: string[] = [];
let due = 0;

interface Row {
  readonly row: string;
  readonly state: string;
  readonly shop: { readonly sku: string; readonly name: string; readonly options: string } | null;
  readonly item: { readonly id: number; readonly code: string } | null;
  readonly suggestedItem: { readonly id: number; readonly code: string } | null;
}

beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, connection, { priceList: 2 });
  panel = await startPanel(pool, {
    lookNow: (kind, id) => void looked.push(`${kind} ${id}`),
    onDue: () => {
      due += 1;
    },
  });
});
afterAll(async () => {
  await panel?.stop();
  await emulators?.stop();
});

const ask = async (path: string): Promise<Row[]> => {
  const { status, body, text } = await panel.ask('GET', `${base}/rows${path}`);
  expect(`${status} ${text}`).toMatch(/^200 /);
  return body.rows;
};
const addProduct = async (name: string, variant: object): Promise<string> => {
  const { products } = await emulators.shop.control.post<{ products: { variants: number[] }[] }>(
    '/products',
    {
      products: [{ name, variants: [variant] }],
    },
  );
  return `variant:${products[0]?.variants[0]}`;
};
const nameOf = (
  shop: { readonly name: string; readonly options: string } | null,
  item: { readonly name: string } | null,
): string => (shop === null ? (item?.name ?? '') : `${shop.name} ${shop.options}`.trim()).toLowerCase();
const stateOf = async (row: string): Promise<string | undefined> =>
  (await rowsNow(pool, connection)).get(row)?.state;

describe('the match report over the API', () => {
  it('is asked for, and says that it is under way; a second request means the same one', async () => {
    expect((await panel.ask('GET', base)).body).toEqual({ current: null, underWay: null });
    expect((await panel.ask('GET', `${base}/rows`)).body).toMatchObject({ code: 'no_report' });
    const first = await panel.ask('POST', base);
    expect(first.body).toEqual({ report: expect.any(Number), fresh: true });
    expect((await panel.ask('POST', base)).body).toEqual({ ...first.body, fresh: false });
    expect(looked).toContain(`matches ${connection}`);
    expect((await panel.ask('GET', base)).body).toMatchObject({
      ...{ current: null, underWay: { id: first.body.report, stage: 'waiting', variants: 0 } },
    });
    await pool.query(`update match_report set state = 'abandoned'`);
    expect((await panel.ask('POST', '/api/connections/nobody/match')).status).toBe(404);
    expect((await panel.ask('POST', base, {}, { role: 'viewer' })).status).toBe(403);
  });

  it('counts every state and note, with words in both languages, and says when it was worked out', async () => {
    expect(await isReportFresh(pool, connection)).toBe(false);
    await report(matcher(pool), connection);
    const { body } = await panel.ask('GET', base);
    const rows = [...(await rowsNow(pool, connection)).values()];
    for (const { state, count, bg, en } of body.current.states) {
      expect(count).toBe(rows.filter((row) => row.state === state).length);
      expect(bg).toMatch(/[а-я]/);
      expect(en).toMatch(/[a-z]/);
    }
    const total = body.current.states.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(total).toBe(rows.length);
    for (const { note, count } of body.current.notes)
      expect(count).toBe(rows.filter(({ notes }) => notes.includes(note)).length);
    expect(body.current).toMatchObject({ fresh: true, changes: null, finishedAt: expect.any(String) });
    expect(await isReportFresh(pool, connection)).toBe(true);
  });

  it('is read page by page: every row once, in the order of the alphabet, either way', async () => {
    const all = [...(await rowsNow(pool, connection)).keys()].toSorted();
    for (const sort of ['name', '-name', 'code', '-code']) {
      const seen: string[] = [];
      const keys: string[] = [];
      for (let after = ''; ;) {
        const { body } = await panel.ask('GET', `${base}/rows?sort=${sort}&limit=70${after}`);
        seen.push(...body.rows.map(({ row }: Row) => row));
        keys.push(
          ...body.rows.map(({ shop, item }: Row & { item: { name: string } | null }) =>
            sort.endsWith('name') ? nameOf(shop, item) : '',
          ),
        );
        if (body.next === null) break;
        after = `&after=${body.next}`;
      }
      expect(seen.toSorted()).toEqual(all);
      const names = sort.startsWith('-') ? keys.toReversed() : keys;
      expect(names).toEqual(names.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0)));
    }
    const wrong = await panel.ask('GET', `${base}/rows?sort=code&after=abc`);
    expect(wrong.body).toMatchObject({ status: 400, fields: { 'query.after': expect.any(String) } });
  });

  it('is searched in Bulgarian whatever the case, by names and codes of both sides, every word of it', async () => {
    const names = async (search: string) =>
      (await ask(`?search=${encodeURIComponent(search)}`)).map(({ shop }) => shop?.name);
    expect(await names('ТЕНИСКА бор зелен')).toEqual(['Тениска Бор', 'Тениска Бор']);
    expect(await names('cup-01')).toEqual(['Керамична чаша']);
    expect(await names('3800200000017')).toEqual(['Вино Мерло 0.75', 'Вино Мерло, кашон 6 бр.']);
    expect(await names('100%_няма')).toEqual([]);
  });

  it('is filtered by state, by note and by what changed', async () => {
    expect((await ask('?state=duplicate_code_in_shop')).map(({ shop }) => shop?.sku)).toEqual([
      'CANDLE',
      'CANDLE',
    ]);
    expect((await ask('?note=untracked')).map(({ shop }) => shop?.sku)).toEqual(['ENGRAVE']);
    expect(await ask('?changed=true')).toEqual([]);
  });

  it('is a file that Excel opens, in which no cell is a formula', async () => {
    const evil = ['=HYPERLINK("http://evil","x")', '+1', '-2+3', '@SUM(A1)', '\t=1'];
    for (const [index, name] of evil.entries()) await addProduct(name, { sku: `EVIL-${index}` });
    await report(matcher(pool), connection);
    const file = await panel.ask('GET', `${base}/rows.csv?search=evil-`);
    expect(file.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(file.bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const lines = file.text.slice(1).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^състояние,бележки,продукт/);
    expect(lines).toHaveLength(evil.length + 1);
    for (const line of lines.slice(1)) {
      expect(line).toMatch(/^Ще се създаде в склада,/);
      for (const cell of line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)) expect(cell).not.toMatch(/^"?[=+\-@\t]/);
    }
    const all = await panel.ask('GET', `${base}/rows.csv`);
    expect(all.text.trimEnd().split('\r\n')).toHaveLength((await rowsNow(pool, connection)).size + 1);
  });
});

describe('links by hand', () => {
  it('link a variant with a reason, at once in the report, and its blocked order goes on', async () => {
    const row = await addProduct('Чаша с грешен код', { sku: 'ЧАША-1', price: 960 });
    await report(matcher(pool), connection);
    const order = await world.place({ lines: [{ sku: 'ЧАША-1' }], payment: 'cod' });
    expect(await world.settle(world.worker(), order)).toMatchObject({ outcome: 'blocked' });
    await pool.query('update shop_order set due_at = null');
    const [cup] = await ask('?search=cup-01');
    const itemId = cup?.item?.id ?? 0;
    const before = due;
    const linked = await panel.ask('POST', `${base}/rows/${row}/link`, { itemId, reason: 'същата чаша' });
    expect(linked.body).toEqual({ done: true });
    expect(due).toBeGreaterThan(before);
    expect((await rowsNow(pool, connection)).get(row)).toMatchObject({
      ...{ state: 'synchronised', itemId, matchedBy: 'manual', ratio: '1' },
    });
    const woken = await pool.query('select from shop_order where shop_order_id = $1 and due_at <= now()', [
      order,
    ]);
    expect(woken.rowCount).toBe(1);
    expect(await world.settle(world.worker(), order)).toMatchObject({ outcome: 'open' });
    const { rows: audited } = await pool.query(
      `select actor, action, subject, reason from audit where action like 'goods.%'`,
    );
    expect(audited).toEqual([
      { actor: expect.any(String), action: 'goods.linked', subject: row, reason: 'същата чаша' },
    ]);
  });

  it('keep every count of the report right', async () => {
    const { body } = await panel.ask('GET', base);
    const rows = [...(await rowsNow(pool, connection)).values()];
    for (const { state, count } of body.current.states)
      expect(count).toBe(rows.filter((row) => row.state === state).length);
  });

  it('need a reason, an item that is there, and a row that is there', async () => {
    const link = (row: string, body: object) => panel.ask('POST', `${base}/rows/${row}/link`, body);
    expect((await link('variant:5207', { itemId: 8001 })).body.fields).toHaveProperty(['body.reason']);
    expect((await link('variant:5207', { itemId: 1, reason: 'x' })).body).toMatchObject({
      code: 'unknown_item',
    });
    expect((await link('variant:1', { itemId: 8001, reason: 'x' })).body).toMatchObject({
      code: 'unknown_row',
    });
    expect((await link('variant:5207', { itemId: 8025, reason: 'x' })).body).toMatchObject({
      code: 'item_deleted',
    });
    expect((await link('variant:5207', { itemId: 8001, ratio: '0', reason: 'x' })).status).toBe(400);
    expect((await panel.ask('POST', `${base}/rows/variant:5207/link`, {}, { role: 'viewer' })).status).toBe(
      403,
    );
  });

  it('are taken back, and the item is not taken again by itself: not by a report, not by an order', async () => {
    const [pen] = await ask('?search=pen-1');
    const row = pen?.row ?? '';
    expect(pen?.state).toBe('will_link');
    expect((await panel.ask('POST', `${base}/rows/${row}/unlink`, { reason: 'друга стока' })).body).toEqual({
      done: true,
    });
    expect(await stateOf(row)).toBe('unlinked');
    // Its item has nobody who stands for it any more.
    expect(await stateOf(`item:${pen?.item?.id}`)).toBe('only_in_warehouse');
    await report(matcher(pool), connection);
    expect(await stateOf(row)).toBe('unlinked');
    const order = await world.place({ lines: [{ sku: 'PEN-1' }], payment: 'cod' });
    expect(await world.settle(world.worker(), order)).toMatchObject({ outcome: 'blocked' });
    const itemId = pen?.item?.id ?? 0;
    await panel.ask('POST', `${base}/rows/${row}/link`, { itemId, reason: 'все пак' });
    expect(await stateOf(row)).toBe('synchronised');
    expect(await stateOf(`item:${itemId}`)).toBeUndefined();
    expect(await world.settle(world.worker(), order)).toMatchObject({ outcome: 'open' });
  });

  it('accept suggestions of chosen rows, all or none, a pack as a pack', async () => {
    const wine = await addProduct('Вино, шест', { sku: 'wine-6' });
    const honey = await addProduct('Мед', { sku: 'hny' });
    const unknown = await addProduct('Непознат', { sku: 'XYZ-1' });
    await report(matcher(pool), connection);
    const accept = (rows: string[]) => panel.ask('POST', `${base}/accept`, { rows, reason: 'същите' });
    expect(await stateOf(wine)).toBe('letter_case');
    expect((await accept([wine, unknown])).body).toMatchObject({ code: 'no_suggestion' });
    expect(await stateOf(wine)).toBe('letter_case');
    expect((await accept([wine, honey])).body).toEqual({ linked: 2 });
    expect((await rowsNow(pool, connection)).get(wine)).toMatchObject({ state: 'synchronised', ratio: '6' });
    expect((await rowsNow(pool, connection)).get(honey)).toMatchObject({ state: 'synchronised', ratio: '1' });
  });

  it('ignore what the merchant does not want to hear of, on both sides, until it is shown again', async () => {
    const item = [...(await rowsNow(pool, connection)).keys()].find((key) => key.startsWith('item:')) ?? '';
    for (const row of ['variant:5238', item]) {
      const was = await stateOf(row);
      await panel.ask('POST', `${base}/rows/${row}/ignore`, { reason: 'не се продава' });
      expect(await stateOf(row)).toBe('ignored');
      await report(matcher(pool), connection);
      expect(await stateOf(row)).toBe('ignored');
      await panel.ask('POST', `${base}/rows/${row}/unignore`, { reason: 'продава се' });
      expect(await stateOf(row)).toBe(was);
      const again = await panel.ask('POST', `${base}/rows/${row}/unignore`, { reason: 'продава се' });
      expect(again.body).toMatchObject({ code: 'not_ignored' });
    }
  });
});
