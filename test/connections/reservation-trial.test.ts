import { beforeEach, describe, expect, it } from 'vitest';
import { createClients } from '../../src/activities/index.ts';
import { tryReservation } from '../../src/activities/preflight/reservation-trial.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { type Slots, createSlots } from '../../src/activities/slots.ts';
import { readConnection } from '../../src/db/queries/connections.ts';
import { TRIAL_MARK } from '../../src/domain/preflight/reservation-trial.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { runCli } from '../cli/run.ts';
import { reconcile, reconciler } from '../reconciliation/world.ts';
import { testBox } from '../support/database.ts';
import { StoppingIo } from '../support/stopping-io.ts';
import { tokenOf } from '../support/panel.ts';
import { verifyOnce } from '../verification/world.ts';
import { checkOnce, useOffice } from './world.ts';

const office = useOffice();
const path = '/api/connections/shop/calibrate/reservation';
/** As short as real servers allow; a request that is held up lands within them. */
const durations = { httpDeadlineMs: 500, leaseMs: 900, landMs: 500 };
let item: number;
let partnerId: number;

const warehouse = () => office.emulators.warehouse.control;
const ask = (changes: object = {}) =>
  office.panel.ask('POST', path, { consent: true, itemId: item, partnerId, ...changes });

async function newest() {
  const { body } = await office.panel.ask('GET', '/api/connections/shop/calibrations');
  return { ...body.calibrations[0], inUse: body.inUse };
}

/** Documents of trials that the warehouse holds now. */
async function standing(): Promise<{ id: number; note: string }[]> {
  const { operations } = await warehouse().get<{ operations: { id: number; note: string }[] }>('/operations');
  return operations.filter(({ note }) => note.startsWith(TRIAL_MARK));
}

/** How often a document of a trial was made. */
async function everMade(): Promise<number> {
  const { history } = await warehouse().get<{
    history: { action: string; operationId: number; note: string }[];
  }>('/history');
  return new Set(
    history.filter(({ note }) => note.startsWith(TRIAL_MARK)).map(({ operationId }) => operationId),
  ).size;
}

async function work(io: PassIo, slots: Slots): Promise<void> {
  const connection = await readConnection(office.pool, testBox, 'shop');
  if (connection === undefined) throw new Error('no connection');
  const { warehouseOf } = createClients({ HTTP_DEADLINE_MS: durations.httpDeadlineMs });
  await tryReservation(
    { ...durations, pool: office.pool, io, slots, warehouseOf, pausedRetryMs: 100 },
    connection,
  );
}

/** Looks again and again, as the schedule does, until the trial has ended. */
async function untilDone(): Promise<void> {
  const slots = createSlots(office.pool, 10_000);
  await waitUntil(
    'the end of the trial',
    async () => {
      await work(createPassIo(office.pool), slots).catch(() => undefined);
      return (await newest()).state === 'done';
    },
    { everyMs: 50 },
  );
  await slots.close();
}

beforeEach(async () => {
  await office.connect();
  await office.pool.query(
    `update connection_settings set settings = settings || '{"objectId": 2}' where connection_id = 'shop'`,
  );
  await office.pool.query(`update connection set mode = 'live' where id = 'shop'`);
  await warehouse().post('/items', { items: [{ Code: 'TRIAL-1', Name: 'Пробна стока', stock: 10 }] });
  const { items } = await warehouse().get<{ items: { id: number; Code: string }[] }>('/items');
  item = items.find(({ Code }) => Code === 'TRIAL-1')?.id ?? 0;
  await warehouse().post('/partners', { Name: 'Уеб клиент', email: 'web@example.bg' });
  const { partners } = await warehouse().get<{ partners: { id: number }[] }>('/partners');
  partnerId = partners.at(-1)?.id ?? 0;
});

describe('the reservation trial', () => {
  it.each([
    [true, 'subtracts', '9'],
    [false, 'keeps', '10'],
  ])(
    'finds out whether quantities leave out open orders (%s), stores it with who asked, and leaves nothing behind',
    async (quantitiesSubtractReservations, result, during) => {
      await warehouse().send('PATCH', '/switches', { quantitiesSubtractReservations });
      expect(await ask()).toMatchObject({ status: 200, body: { state: 'asked', result: null } });
      await checkOnce(office.pool);
      expect(await newest()).toMatchObject({
        ...{ state: 'done', result, askedBy: 'token:owner' },
        evidence: { before: '10', during, after: '10' },
        inUse: { warehouseReserves: quantitiesSubtractReservations },
      });
      expect([await everMade(), await standing()]).toEqual([1, []]);
      const { rows } = await office.pool.query<{ action: string; actor: string }>(
        `select action, actor from audit where connection_id = 'shop' and (action like 'calibration.%' or action = 'settings.changed') order by id desc limit 3`,
      );
      expect(rows.toReversed()).toEqual(
        ['calibration.asked', 'calibration.found', 'settings.changed'].map((action) => ({
          ...{ action, actor: 'token:owner' },
        })),
      );
    },
  );

  it('is refused without consent, to an operator, while the connection is off, without a partner, and beside another one', async () => {
    expect(await ask({ consent: false })).toMatchObject({ status: 400 });
    expect(await ask({ consent: undefined })).toMatchObject({ status: 400 });
    const body = { consent: true, itemId: item, partnerId };
    expect(await office.panel.ask('POST', path, body, { role: 'operator' })).toMatchObject({ status: 403 });
    expect(await ask({ partnerId: undefined })).toMatchObject({ body: { code: 'partner_needed' } });
    await office.pool.query(`update connection set mode = 'off'`);
    expect(await ask()).toMatchObject({ status: 409, body: { code: 'connection_off' } });
    await office.pool.query(`update connection set mode = 'observe'`);
    const both = await Promise.all([ask(), ask()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await office.pool.query(`update connection set mode = 'off'`);
    await checkOnce(office.pool);
    expect(await newest()).toMatchObject({ result: 'connection_off' });
    expect(await everMade()).toBe(0);
  });

  it('writes nothing for an item without stock', async () => {
    await warehouse().send('PUT', '/stock', { itemId: item, quantity: 1 });
    await ask();
    await checkOnce(office.pool);
    expect(await newest()).toMatchObject({ result: 'no_stock', inUse: { warehouseReserves: null } });
    expect(await everMade()).toBe(0);
  });

  it('believes nothing while staff sell the same item, and leaves their document alone', async () => {
    await warehouse().send('PATCH', '/switches', { quantitiesSubtractReservations: true });
    await ask();
    const io = new StoppingIo(createPassIo(office.pool), (name) => name === 'before trial-delete_sent');
    const slots = createSlots(office.pool, 10_000);
    const trial = work(io, slots);
    await io.parked;
    const sold = { OperType: 19, PartnerId: partnerId, Items: [{ ItemId: item, Qtty: 3, Price: 5 }] };
    await warehouse().post('/operations', sold);
    io.release();
    await trial;
    await slots.close();
    expect(await newest()).toMatchObject({ result: 'unclear', inUse: { warehouseReserves: null } });
    const { operations } = await warehouse().get<{ operations: { lines: { itemId: number }[] }[] }>(
      '/operations',
    );
    expect(operations.filter(({ lines }) => lines.some(({ itemId }) => itemId === item))).toHaveLength(1);
    expect(await standing()).toEqual([]);
  });

  it('does not delete its document when staff made something else of it', async () => {
    await ask();
    const io = new StoppingIo(createPassIo(office.pool), (name) => name === 'before trial-delete_sent');
    const slots = createSlots(office.pool, 10_000);
    const trial = work(io, slots);
    await io.parked;
    const [document] = await standing();
    const changes = { Items: [{ ItemId: item, Qtty: 4, Price: 5 }] };
    await warehouse().send('PATCH', `/operations/${document?.id}`, changes);
    io.release();
    await trial;
    await slots.close();
    expect(await newest()).toMatchObject({ result: 'changed_by_staff', warehouseId: document?.id });
    expect(await standing()).toHaveLength(1);
  });

  it.each(
    ['timeoutAfter', 'dropAfter', 'dropBefore', 'http502', 'holdAndApplyLater'].flatMap((kind) => [
      [kind, 'saveOperation'],
      [kind, 'deleteOperation'],
    ]),
  )(
    'whose answer is lost (%s of %s) is made at most once and taken away',
    async (kind, name) => {
      await ask();
      await warehouse().post('/faults', { kind, function: name, ms: 300 });
      await untilDone();
      expect(await everMade()).toBeLessThanOrEqual(1);
      expect(await standing()).toEqual([]);
    },
    30_000,
  );

  it('a worker that dies or freezes at any point makes one document at most, and the next look takes it away', async () => {
    let points = 0;
    for (let point = 0; ; point += 1) {
      await ask();
      const made = await everMade();
      const io = new StoppingIo(createPassIo(office.pool), point);
      const frozen = createSlots(office.pool, 10_000);
      const zombie = work(io, frozen).catch(() => undefined);
      const end = await Promise.race([zombie.then(() => 'done'), io.parked.then(() => 'parked')]);
      await office.pool.query(`update slot set lease_until = '-infinity'`);
      await untilDone();
      expect([io.reached.at(-1), await standing()]).toEqual([io.reached.at(-1), []]);
      io.release();
      await zombie;
      await frozen.close();
      expect([io.reached.at(-1), await standing()]).toEqual([io.reached.at(-1), []]);
      expect((await everMade()) - made).toBeLessThanOrEqual(1);
      if (end === 'done') break;
      points += 1;
    }
    expect(points).toBeGreaterThanOrEqual(35);
  }, 240_000);

  it('is cleaned up also when the connection is switched off after its document was sent', async () => {
    await ask();
    const io = new StoppingIo(createPassIo(office.pool), (name) => name === 'after trial-stands');
    const slots = createSlots(office.pool, 10_000);
    const dead = work(io, slots).catch(() => undefined);
    await io.parked;
    expect(await standing()).toHaveLength(1);
    await office.pool.query(`update connection set mode = 'off'`);
    await office.pool.query(`update slot set lease_until = '-infinity'`);
    const { body: exported } = await office.panel.ask('GET', '/api/connections/shop/export');
    const removal = { confirm: exported.connection.name, leaveWebhooks: true };
    expect(await office.panel.ask('DELETE', '/api/connections/shop', removal)).toMatchObject({
      ...{ status: 409, body: { code: 'calibration_under_way' } },
    });
    await checkOnce(office.pool);
    expect([(await newest()).state, await standing()]).toEqual(['done', []]);
    io.release();
    await dead;
    await slots.close();
  });

  it('its document is neither a surplus nor a foreign one for verification and reconciliation', async () => {
    await ask();
    const io = new StoppingIo(createPassIo(office.pool), (name) => name === 'after trial-stands');
    const slots = createSlots(office.pool, 10_000);
    const trial = work(io, slots);
    await io.parked;
    expect(await standing()).toHaveLength(1);
    await verifyOnce(office.pool, 'shop');
    const both = reconciler(office.pool);
    const { differences } = await reconcile(both, 'shop');
    await both.slots.close();
    expect(differences).toEqual([]);
    const { rows } = await office.pool.query(
      `select (select confirmed_at is not null from ledger_epoch where connection_id = 'shop') as confirmed,
         (select count(*)::int from foreign_document) as "foreign",
         (select coalesce(sum(jsonb_array_length(unknown)), 0)::int from verification) as unknown`,
    );
    expect(rows).toEqual([{ confirmed: true, foreign: 0, unknown: 0 }]);
    io.release();
    await trial;
    await slots.close();
    expect(await standing()).toEqual([]);
  });

  it('is asked for and shown by the command line, with consent only', async () => {
    const token = await tokenOf(office.pool, 'owner');
    const cli = (...args: string[]) => runCli(office.panel.url, token, ['preflight', ...args]);
    const wanted = ['calibrate', 'shop', 'reservation', '--item', `${item}`, '--partner', `${partnerId}`];
    expect((await cli(...wanted)).exit).not.toBe(0);
    expect((await cli(...wanted, '--consent')).exit).toBe(0);
    await checkOnce(office.pool);
    expect((await cli('calibrations', 'shop')).out).toMatch(/keeps/);
  });
});
