import { describe, expect, it } from 'vitest';
import { sofiaWallTime } from '../../src/clients/microbg/company.ts';
import { endedWith, useDesk } from './command.ts';

const desk = useDesk();

describe('npm run connect -- FILE', () => {
  it('pairs a shop with an account: what the file leaves out is filled by name, and said with the reason', async () => {
    const output = await endedWith(0, desk.connect(desk.file()));
    const saved = await desk.saved();
    expect(saved).toMatchObject({
      mode: 'observe',
      bodyEncoding: 'form-double',
      settingsVersion: 1,
      settings: {
        startDate: sofiaWallTime(Date.now()).slice(0, 10),
        objectId: 2,
        paymentTypes: { cod: 9 },
        onlineProviders: ['mokka', 'paypal', 'stripe'],
        fiscalPaymentTypes: [1, 3],
        serviceItems: { delivery: 9001, discount: 9002, fee: 9003, rounding: 9004 },
      },
    });
    expect(output).toContain('9 Наложен платеж');
    expect(output).toContain('9002 Търговска отстъпка');
    // Not chosen, with what there is and where to make one.
    expect(output).toMatch(/payment bwt „Банков превод“: no payment type has that name\..*2 Банков път/);
    expect(output).toContain('Типове плащания - Нов тип плащане');
    expect(output).toContain('observe (наблюдение)');
    expect(output).toContain('nothing is written');
  });

  it('keeps secrets sealed and out of every output', async () => {
    const { output } = await desk.connect(desk.file());
    const list = await desk.run(['--list']);
    const { rows } = await desk.pool.query<{ row: string }>('select connection::text as row from connection');
    const { secrets } = (await desk.saved()) ?? expect.unreachable();
    for (const secret of Object.values(secrets)) {
      expect(secret.length).toBeGreaterThan(10);
      for (const text of [output, list.output, rows[0]?.row ?? secret]) expect(text).not.toContain(secret);
    }
    for (const shown of ['sampleshop', 'Примерен магазин', 'observe', desk.emulators.warehouse.apiId])
      expect(list.output).toContain(shown);
  });

  it('changes nothing when it is repeated, also when the file says no more what was chosen', async () => {
    await desk.connect(
      desk.file({
        mode: 'live',
        settings: { object: 2, startDate: '2026-01-01', paymentTypes: { bwt: 'банков  път' } },
      }),
    );
    const first = await desk.saved();
    const again = await endedWith(0, desk.connect(desk.file({ settings: {} })));
    expect(again).toContain('is up to date: settings version 1');
    expect(await desk.saved()).toEqual(first);
    expect(first).toMatchObject({ mode: 'live', settings: { startDate: '2026-01-01' } });
    expect(first?.settings.paymentTypes).toEqual({ cod: 9, bwt: 2 });
  });

  it('makes a new version of changed settings, takes new secrets, and keeps those of the webhooks', async () => {
    await desk.connect(desk.file());
    const before = await desk.saved();
    const rotated = await desk.emulators.shop.control.post<{ apiKey: string }>('/keys/rotate');
    await endedWith(
      0,
      desk.connect(
        desk.file({
          name: 'Нов магазин',
          shop: { url: desk.emulators.shop.url, apiKey: rotated.apiKey },
          settings: { object: 'Магазин Пловдив', serviceItems: { rounding: null }, saleRule: 'always' },
        }),
      ),
    );
    const after = await desk.saved();
    expect(after).toMatchObject({
      name: 'Нов магазин',
      settingsVersion: 2,
      settings: { objectId: 3, saleRule: 'always', serviceItems: { delivery: 9001, rounding: null } },
      secrets: {
        shopApiKey: rotated.apiKey,
        webhookUrlSecret: before?.secrets.webhookUrlSecret,
        webhookHeaderSecret: before?.secrets.webhookHeaderSecret,
      },
    });
    expect(rotated.apiKey).not.toBe(before?.secrets.shopApiKey);
  });

  it('reads the file from stdin', async () => {
    await endedWith(0, desk.run(['-'], { stdin: JSON.stringify(desk.file()) }));
    expect(await desk.saved()).toMatchObject({ id: 'sampleshop' });
  });

  it('takes items of another rate and fees with a name of their own', async () => {
    const serviceItems = {
      byRate: { delivery: { '9': 'Доставка 9%' }, discount: { '9': 9006 } },
      feeByName: { Опаковане: 'Такса' },
    };
    await endedWith(0, desk.connect(desk.file({ settings: { object: 2, serviceItems } })));
    expect((await desk.saved())?.settings.serviceItems).toMatchObject({
      byRate: { delivery: { '9': 9005 }, discount: { '9': 9006 } },
      feeByName: { Опаковане: 9003 },
    });
  });

  it.each(['form-double', 'form-single', 'multipart'])(
    'finds out that an account wants %s, and keeps it',
    async (bodyEncoding) => {
      await desk.emulators.warehouse.control.send('PATCH', '/switches', { bodyEncoding });
      const output = await endedWith(0, desk.connect(desk.file()));
      expect(output).toContain(`body encoding ${bodyEncoding}`);
      expect((await desk.saved())?.bodyEncoding).toBe(bodyEncoding);
    },
  );

  it('leaves a service open that exists twice, or only as goods', async () => {
    const { control } = desk.emulators.warehouse;
    await control.post('/items', { items: [{ Code: '77', Name: 'Такса', NotStorable: 1 }] });
    await control.send('PATCH', '/items/9004', { NotStorable: 0 });
    const output = await endedWith(0, desk.connect(desk.file()));
    expect((await desk.saved())?.settings.serviceItems).toEqual({
      ...{ delivery: 9001, discount: 9002, fee: null, rounding: null },
    });
    expect(output).toMatch(/service fee: there is not exactly one service named „Такса“/);
    expect(output).toContain('settings.serviceItems.rounding');
  });
});

describe('npm run connect -- --id ID --mode MODE', () => {
  it('changes the mode, says what it means, and journals who changed it', async () => {
    await desk.connect(desk.file());
    const output = await endedWith(0, desk.run(['--id', 'sampleshop', '--mode', 'live']));
    expect(output).toContain('observe -> live');
    expect(output).toContain("CloudCart's own micro.bg app must be switched off");
    expect((await desk.saved())?.mode).toBe('live');
    const again = await desk.run(['--id', 'sampleshop', '--mode', 'live']);
    expect(again.code).toBe(0);
    const { rows } = await desk.pool.query('select kind, data from journal order by id');
    expect(rows).toEqual([{ kind: 'mode', data: { from: 'observe', to: 'live', by: 'npm run connect' } }]);
  });

  it('names a connection that is not there', async () => {
    const { code, output } = await desk.run(['--id', 'nobody', '--mode', 'off']);
    expect(code).toBe(78);
    expect(output).toContain('There is no connection nobody');
  });

  it('--list says that there is none yet, and why one is stopped', async () => {
    expect((await desk.run(['--list'])).output).toContain('There is no connection yet');
    await desk.connect(desk.file());
    await desk.pool.query(`update connection set stopped_reason = 'foreign document under our id'`);
    expect((await desk.run(['--list'])).output).toContain('foreign document under our id');
  });

  it('a limit of an alarm is changed alone, and a note that would not name the order is refused', async () => {
    const settings = { object: 'Централен склад', alarmAfterMinutes: { order: null, sweep: 60 } };
    await endedWith(0, desk.connect(desk.file({ settings })));
    const saved = await desk.saved();
    expect(saved?.settings.alarmAfterMinutes).toMatchObject({ order: null, sweep: 60, watchdog: 20 });
    const { code, output } = await desk.connect(
      desk.file({ settings: { ...settings, noteFormat: '#{number}' } }),
    );
    expect(code).toBe(78);
    expect(output).toContain('settings.noteFormat: must begin with "CloudCart #{number}"');
  });
});
