import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { panelOfTest } from '../../support/panel.ts';
import { PassWorld, plainCart } from '../../support/passes.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'partners');
});
afterAll(() => emulators?.stop());

interface SeenPartner {
  readonly id: number;
  readonly Name: string;
  readonly eMail: string;
  readonly Phone: string;
  readonly PartnerNote: string;
  readonly Discount: number;
}

const partnersWith = async (email: string): Promise<SeenPartner[]> =>
  (
    await emulators.warehouse.control.get<{ partners: SeenPartner[] }>(
      `/partners?email=${encodeURIComponent(email)}`,
    )
  ).partners;
const edit = (id: number | undefined, changes: object) =>
  emulators.warehouse.control.send('PATCH', `/partners/${id}`, changes);

const person = (email: string, phone = '0888 000 111') => ({
  ...plainCart,
  customer: { email, firstName: 'Ива', lastName: 'Илиева', phone, guest: true },
});
const company = {
  ...person('office@firm.example'),
  billing: { company: 'Пример Трейд ЕООД', eik: '123456786', vat: 'BG123456786', mol: 'Иван Петров' },
};

describe('partners of a shop', () => {
  it('a customer who is known costs no request until the shop says something new', async () => {
    for (const order of [person('known@example.com'), company]) {
      const { id } = await world.ordered(order);
      const calls = await world.callsOf('warehouse', async () => {
        await world.act(id, 'pay', { by: 'merchant' });
        await world.settle(world.worker(), id);
      });
      expect(calls.filter((name) => /partner/i.test(name))).toEqual([]);
    }
  });

  it('what the shop knows better is changed and noted by field; what it does not know stays as staff wrote it', async () => {
    const { document } = await world.ordered(person('ira@example.com', '0888 111 111'));
    await edit(document.partnerId, { Phone: '0888 999 999', PartnerNote: 'плаща на 30 дни', Discount: 7 });
    const again = await world.ordered(person('ira@example.com', '0888 222 222'));
    expect(again.document.partnerId).toBe(document.partnerId);
    const [partner] = await partnersWith('ira@example.com');
    expect(partner).toMatchObject({ PartnerNote: 'плаща на 30 дни', Discount: 7, Phone: '+359888222222' });
    const panel = await panelOfTest(pool);
    const { body, text } = await panel.ask('GET', '/api/connections/partners/partners/changes', undefined, {
      role: 'viewer',
    });
    expect(body.changes[0]).toMatchObject({
      ...{ order: again.id, partnerId: document.partnerId, what: 'changed' },
      fields: expect.arrayContaining(['phone']),
    });
    // Which fields, never what is in them.
    expect(text).not.toMatch(/0888|359888|ira@/);
  });

  it('of several with one address the lowest id is taken, and somebody is told', async () => {
    const { control } = emulators.warehouse;
    const ids: number[] = [];
    for (const Name of ['Двойник Първи', 'Двойник Втори'])
      ids.push((await control.post<{ id: number }>('/partners', { Name, eMail: 'twice@example.com' })).id);
    const { id, document } = await world.ordered(person('twice@example.com'));
    expect(document.partnerId).toBe(Math.min(...ids));
    const told = async () =>
      (
        await pool.query(
          `select code, severity, params from problem where shop_order_id = $1 and resolved_at is null`,
          [id],
        )
      ).rows;
    // Also when the customer is known by then, and nobody is searched.
    await world.act(id, 'pay', { by: 'merchant' });
    await world.settle(world.worker(), id);
    const rows = await told();
    expect(rows).toEqual([
      { code: 'partner_ambiguous', severity: 'info', params: { ids: ids.toSorted().join(', ') } },
    ]);
  });

  it('a fixed web customer: every order is his, nobody is looked up and nobody is written', async () => {
    const { rows } = await pool.query(
      `select settings from connection_settings where connection_id = 'partners'`,
    );
    const web = await emulators.warehouse.control.post<{ id: number }>('/partners', { Name: 'Уеб клиент' });
    await pool.query(
      `insert into connection_settings (connection_id, version, settings, created_by)
      values ('partners', 2, $1, 'test')`,
      [JSON.stringify({ ...rows[0].settings, webCustomerId: web.id })],
    );
    await pool.query(`update connection set settings_version = 2 where id = 'partners'`);
    for (const order of [
      person('new@example.com'),
      { ...company, billing: { ...company.billing, eik: '175203478' } },
    ]) {
      const calls = await world.callsOf('warehouse', async () => {
        const { document } = await world.ordered(order);
        expect(document.partnerId).toBe(web.id);
      });
      expect(calls.filter((name) => /partner/i.test(name))).toEqual([]);
    }
    expect(await partnersWith('new@example.com')).toEqual([]);
  });
});
