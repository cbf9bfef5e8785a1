import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { performAction, requestAction } from '../../src/db/queries/order-actions.ts';
import { viewOrder } from '../../src/db/queries/order-views.ts';
import { supportBundle } from '../../src/support/bundle.ts';
import { readBundle, replay } from '../../src/support/replay.ts';
import { main as replayCommand } from '../../tools/replay.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld, plainCart } from '../support/passes.ts';

/** What is handed out to explain an order: every decision can be worked out again, and nobody is named. */
const { pool } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-bundle-'));
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'shop');
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await emulators?.stop();
});

const settle = (id: string) => world.settle(world.worker(), id);
const noStory = () => Promise.resolve({ unavailable: 'no run is kept' });

async function bundleOf(id: string): Promise<string> {
  const view = await viewOrder(pool, { connectionId: 'shop', shopOrderId: id });
  if (view === undefined) throw new Error(`order ${id} is not known`);
  return JSON.stringify(await supportBundle(pool, view, noStory));
}

/** Presets of the shop's emulator: the golden orders. */
async function presets(): Promise<string[]> {
  const { presets: all } = await emulators.shop.control.get<{ presets: { name: string }[] }>('/presets');
  return all.map(({ name }) => name).filter((name) => /^G\d/.test(name));
}

const WHO = {
  email: 'tsvetelina.probna@example.com',
  firstName: 'Цветелина',
  lastName: 'Пробнова-Тестова',
  phone: '0888 765 432',
};
const WHERE = { city: 'Копривщица', street: 'Априловска', number: '17' };
const FIRM = { company: 'Тайна фирма ЕООД', eik: '123456786', vat: 'BG123456786', mol: 'Мария Тайнова' };

async function privateOrder(): Promise<string> {
  const { email, ...person } = WHO;
  return world.place({
    ...plainCart,
    customer: { email, firstName: WHO.firstName, lastName: WHO.lastName, guest: true },
    shippingAddress: { ...person, ...WHERE },
    billing: FIRM,
    note: 'Обади се на Цветелина, ЕГН 7523169263',
  });
}

describe('a support bundle', () => {
  it('every golden order: each decision is the same when it is worked out again', async () => {
    const names = await presets();
    expect(names.length).toBeGreaterThan(10);
    let decisions = 0;
    for (const preset of names) {
      const id = await world.place({ preset });
      await settle(id);
      const replayed = replay(readBundle(await bundleOf(id)));
      expect({ preset, differences: replayed.flatMap((one) => one.differences) }).toEqual({
        preset,
        differences: [],
      });
      decisions += replayed.length;
    }
    expect(decisions).toBeGreaterThanOrEqual(names.length - 2);
  });

  it('holds nothing about the buyer, the operator or what they wrote', async () => {
    const id = await privateOrder();
    await settle(id);
    await world.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1' }] } });
    await settle(id);
    await emulators.warehouse.control.post('/faults', { function: 'saveOperation', kind: 'failedEnvelope' });
    await world.act(id, 'pay', { by: 'merchant' });
    await settle(id);
    const key = { connectionId: 'shop', shopOrderId: id };
    const request = { requestId: 'r', action: 'ignore', question: null, answer: null } as const;
    await requestAction(
      pool,
      key,
      { ...request, operator: 'ivan.ivanov', reason: 'каза Цветелина' },
      'write',
    );
    await performAction(pool, key, 'r');
    const text = await bundleOf(id);
    const secrets = [
      ...Object.values(WHO),
      ...Object.values(WHERE).filter((value) => value.length > 2),
      ...Object.values(FIRM),
      ...['0888765432', '7523169263', '123456786', 'ivan.ivanov', 'Обади', 'каза'],
    ];
    for (const secret of secrets) expect(text).not.toContain(secret);
    // What is left still tells the story.
    const { timeline, decisions } = JSON.parse(text);
    expect(timeline.map((one: { kind: string }) => one.kind)).toEqual(
      expect.arrayContaining(['sent', 'live', 'pass', 'operator', 'problem_opened']),
    );
    expect(decisions.length).toBeGreaterThanOrEqual(3);
    expect(replay(readBundle(text)).flatMap((one) => one.differences)).toEqual([]);
  });

  it('what the database keeps of a decision holds no personal data either', async () => {
    const id = await privateOrder();
    await settle(id);
    const { rows } = await pool.query<{ text: string }>(
      'select input::text || outcome::text as text from decision where shop_order_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    for (const secret of [WHO.firstName, WHO.email, '888765432', WHERE.street, FIRM.company, FIRM.eik])
      expect(rows[0]?.text).not.toContain(secret);
  });

  it('a blocked order that is looked at again and again costs one row', async () => {
    const id = await world.place({ ...plainCart, payment: 'mokka' });
    for (let time = 0; time < 4; time += 1) await settle(id);
    const { rows } = await pool.query('select times from decision where shop_order_id = $1', [id]);
    expect(rows).toEqual([{ times: 4 }]);
  });
});

describe('npm run replay', () => {
  async function bundleFile(change: (bundle: Bundle) => void = () => undefined): Promise<string> {
    const id = await world.place(plainCart);
    await settle(id);
    const bundle = JSON.parse(await bundleOf(id)) as Bundle;
    change(bundle);
    const file = join(folder, `${id}.json`);
    writeFileSync(file, JSON.stringify(bundle));
    return file;
  }

  interface Bundle {
    format: string;
    decisions: { input: { settings: { paymentTypes: Record<string, number> } } }[];
  }

  it('ends with 0 where today decides the same, and with 1 where it does not, naming the field', async () => {
    expect(replayCommand([await bundleFile()])).toBe(0);
    const changed = await bundleFile(({ decisions }) => {
      // As if the rule had chosen another payment type then.
      for (const { input } of decisions) input.settings.paymentTypes['cod'] = 4;
    });
    expect(replayCommand([changed])).toBe(1);
  });

  it('refuses what is no bundle with 2, and says why', async () => {
    expect(replayCommand([])).toBe(2);
    expect(replayCommand([join(folder, 'missing.json')])).toBe(2);
    expect(replayCommand([await bundleFile((bundle) => (bundle.format = 'other'))])).toBe(2);
    expect(() => readBundle('{"format": "x"}')).toThrow(/format: must be/);
    expect(() => readBundle('nonsense')).toThrow(/not JSON/);
  });
});
