import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../../tools/local/process.ts';
import { type Received, startReceiver, startShop, subscribe } from './shop.ts';

describe('subscriptions', () => {
  it('takes the twenty events and no other', async () => {
    const shop = await startShop();
    const post = (event: string) =>
      shop.api('POST', 'webhooks', {
        data: { type: 'webhooks', attributes: { url: 'http://127.0.0.1:1/x', event } },
      });
    const refused = await post('order.deleted');
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].source.pointer).toBe('/data/attributes/event');
    const events = (refused.body.errors[0].detail as string)
      .replace('List of valid events: ', '')
      .split(', ');
    expect(events).toHaveLength(20);
    for (const event of events) expect((await post(event)).status).toBe(201);
    const { body } = await shop.api('GET', 'webhooks?filter[event]=order.created');
    expect(body.data[0].attributes).toMatchObject({ active: 'yes', new_version: 1 });
    expect(body.data[0].attributes.api_key_id).toBeUndefined();
  });

  it('checks the url and caps the number when switched (U-41)', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    const bad = { data: { type: 'webhooks', attributes: { url: 'ftp://x', event: 'order.created' } } };
    expect((await shop.api('POST', 'webhooks', bad)).body.errors[0].detail).toBe('The url format is invalid');
    await shop.switches({ hooksCap: 1 });
    await subscribe(shop, receiver, 'order.created');
    await expect(subscribe(shop, receiver, 'order.updated')).rejects.toThrow('limit of hooks');
  });

  it('replaces headers on every save, wipes them without the attribute or keeps them when switched (U-40)', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    const id = await subscribe(shop, receiver, 'order.created', {
      request_headers: { A: '1', B: '2', C: '' },
    });
    const patch = async (attributes: object) =>
      (await shop.api('PATCH', `webhooks/${id}`, { data: { type: 'webhooks', id, attributes } })).body.data
        .attributes.request_headers;
    expect((await shop.api('GET', `webhooks/${id}`)).body.data.attributes.request_headers).toEqual({
      A: '1',
      B: '2',
    });
    expect(await patch({ request_headers: { A: '3' } })).toEqual({ A: '3' });
    await shop.switches({ headersOnPatchWithoutAttr: 'kept' });
    expect(await patch({ active: 'yes' })).toEqual({ A: '3' });
    await shop.switches({ headersOnPatchWithoutAttr: 'wiped' });
    expect(await patch({ active: 'yes' })).toEqual([]);
  });

  it('does not let the key of a subscription be changed', async () => {
    const shop = await startShop();
    const id = await subscribe(shop, await startReceiver(), 'order.created');
    const body = { data: { type: 'webhooks', id, attributes: { api_key_id: 2 } } };
    const { status, body: answer } = await shop.api('PATCH', `webhooks/${id}`, body);
    expect([status, answer.errors[0].detail]).toEqual([422, 'The api key id field is read-only']);
  });

  it('writes active as switched (U-39)', async () => {
    const shop = await startShop();
    const id = await subscribe(shop, await startReceiver(), 'order.created');
    await shop.switches({ activeRepresentation: '1/0' });
    expect((await shop.api('GET', `webhooks/${id}`)).body.data.attributes.active).toBe(1);
    expect((await shop.api('DELETE', `webhooks/${id}`)).status).toBe(204);
    expect((await shop.api('GET', `webhooks/${id}`)).status).toBe(404);
  });
});

describe('deliveries', () => {
  it('posts an array of one entity with the key and the own headers', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    const id = await shop.place({ preset: 'G02' });
    expect(receiver.got).toHaveLength(1);
    const { headers, body } = receiver.got[0] as Received;
    expect(headers['x-cloudcart-apikey']).toBe(shop.emulator.apiKey);
    expect(headers['x-sync-token']).toBe('secret');
    expect(headers['content-type']).toBe('application/json');
    expect(body).toHaveLength(1);
    expect(body[0]).toMatchObject({
      ...{
        store_id: 70123,
        id,
        status: 'pending',
        order_total: 59.46,
        order_subtotal: 59.4,
        currency: 'EUR',
      },
      invoice_number: '',
      fees: [{ name: 'Такса наложен платеж', amount: 1.2 }],
      tax_vat: [{ rate: 20, amount: 9.91 }],
      discounts: [{ code: 'AVG10', amount: 5.94 }],
      billing_address: { company: true, company_registration_number: '123456786' },
      payment: { provider: 'cod', status: 'requested', amount: 59.46 },
      shipping: [{ status: 'not_fulfilled', provider_amount: 4.8, waybill_id: '' }],
    });
    expect(body[0].created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[23]:00$/);
  });

  it('strips absent values when switched', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await shop.switches({ nullStyle: 'stripped' });
    await subscribe(shop, receiver, 'order.created');
    await shop.place({ preset: 'G01' });
    expect(Object.keys(receiver.got[0]?.body[0])).not.toContain('invoice_number');
  });

  it('sends the legacy form for new_version 0', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created', { new_version: 0 });
    await shop.place({ preset: 'G02' });
    const entity = receiver.got[0]?.body[0];
    expect(entity).toMatchObject({
      status_fulfillment: 'not_fulfilled',
      order_total: 59.46,
      vat_included: 'yes',
    });
    expect(entity.store_id).toBeUndefined();
  });

  it('waits 60 seconds when two subscribe to an order event (U-43)', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    await subscribe(shop, receiver, 'order.created');
    await shop.place({ preset: 'G01' });
    expect(receiver.got).toHaveLength(0);
    await shop.control('POST', '/clock', { advanceMs: 59_000 });
    expect(receiver.got).toHaveLength(0);
    await shop.control('POST', '/clock', { advanceMs: 1_500 });
    expect(receiver.got).toHaveLength(2);
  });

  it('retries after 120, 180, 240, 300 and 360 seconds, then switches the subscription off', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    const id = await subscribe(shop, receiver, 'order.created');
    receiver.answer = { status: 500 };
    await shop.place({ preset: 'G01' });
    const active = async () => (await shop.api('GET', `webhooks/${id}`)).body.data.attributes.active;
    for (const [index, seconds] of [120, 180, 240, 300, 360].entries()) {
      await shop.control('POST', '/clock', { advanceMs: (seconds - 2) * 1000 });
      expect([seconds, receiver.got.length]).toEqual([seconds, index + 1]);
      expect(await active()).toBe('yes');
      await shop.control('POST', '/clock', { advanceMs: 2000 });
      expect(receiver.got).toHaveLength(index + 2);
    }
    expect(await active()).toBe('no');
    receiver.answer = { status: 200 };
    await shop.place({ preset: 'G01' });
    await shop.api('PATCH', `webhooks/${id}`, {
      data: { type: 'webhooks', id, attributes: { active: 'yes' } },
    });
    await shop.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(receiver.got).toHaveLength(6);
  });

  it('retries the state of the event, not the present one', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    receiver.answer = { status: 503 };
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/cancel`);
    receiver.answer = { status: 200 };
    await shop.control('POST', '/clock', { advanceMs: 125_000 });
    expect(receiver.got.map(({ body }) => body[0].status)).toEqual(['pending', 'pending']);
  });

  it.each([400, 401, 403, 404, 405, 406, 410, 411])('switches off at once after %i', async (status) => {
    const shop = await startShop();
    const receiver = await startReceiver();
    const id = await subscribe(shop, receiver, 'order.created');
    receiver.answer = { status };
    await shop.place({ preset: 'G01' });
    expect((await shop.api('GET', `webhooks/${id}`)).body.data.attributes.active).toBe('no');
    await shop.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(receiver.got).toHaveLength(1);
  });

  it.each([302, 408, 413, 422, 429, 500, 503])('tries again after %i', async (status) => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    receiver.answer = { status };
    await shop.place({ preset: 'G01' });
    receiver.answer = { status: 200 };
    await shop.control('POST', '/clock', { advanceMs: 125_000 });
    expect(receiver.got).toHaveLength(2);
  });

  it('switches off when the name cannot be resolved, and tries again when refused', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    const unknown = await subscribe(shop, receiver, 'order.created', { url: 'http://nobody.invalid/x' });
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const refused = await subscribe(shop, receiver, 'order.updated', { url: `http://127.0.0.1:${port}/x` });
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/cancel`);
    const active = async (hook: string) =>
      (await shop.api('GET', `webhooks/${hook}`)).body.data.attributes.active;
    expect([await active(unknown), await active(refused)]).toEqual(['no', 'yes']);
  });

  it('deletes a subscription whose error says please unsubscribe me', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    const id = await subscribe(shop, receiver, 'order.created');
    receiver.answer = { status: 500, text: 'oh: please unsubscribe me' };
    await shop.place({ preset: 'G01' });
    expect((await shop.api('GET', `webhooks/${id}`)).status).toBe(404);
  });

  it('gives up on a receiver that does not answer, after 5 seconds unless switched (U-08)', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    expect((await shop.control('GET', '/switches')).body.switches.webhookTimeoutMs).toBe(5000);
    await shop.switches({ webhookTimeoutMs: 50 });
    await subscribe(shop, receiver, 'order.created');
    receiver.answer = { status: 0 };
    await shop.place({ preset: 'G01' });
    const { body } = await shop.control('GET', '/deliveries');
    expect(body.deliveries[0]).toMatchObject({ state: 'waiting', attempts: [{ outcome: 'TIMEOUT' }] });
  });

  it('carries the value that the linked key has at delivery time', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    const { body } = await shop.control('POST', '/keys/rotate');
    await shop.place({ preset: 'G01' });
    expect(receiver.got[0]?.headers['x-cloudcart-apikey']).toBe(body.apiKey);
  });

  it('meets delivery faults: drop, duplicate, reorder, delay, wrong secret, missing header', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    const fault = (kind: string) => shop.control('POST', '/webhook-faults', { event: 'order.created', kind });
    const placed = async (): Promise<number> => {
      receiver.got.length = 0;
      return shop.place({ preset: 'G01' });
    };
    const got = (): number[] => receiver.got.map(({ body }) => body[0].id);
    await fault('drop');
    await placed();
    expect(got()).toEqual([]);
    await fault('duplicate');
    const twice = await placed();
    expect(got()).toEqual([twice, twice]);
    await fault('reorder');
    const late = await placed();
    expect(got()).toEqual([]);
    const early = await placed();
    expect(got()).toEqual([early, late]);
    await fault('reorder');
    const alone = await placed();
    await shop.control('POST', '/clock', { advanceMs: 61_000 });
    expect(got()).toEqual([alone]);
    await fault('delay');
    const slow = await placed();
    expect(got()).toEqual([]);
    await shop.control('POST', '/clock', { advanceMs: 61_000 });
    expect(got()).toEqual([slow]);
    await fault('delayRetries');
    receiver.answer = { status: 500 };
    const retried = await placed();
    receiver.answer = { status: 200 };
    await shop.control('POST', '/clock', { advanceMs: 125_000 });
    expect(got()).toEqual([retried]);
    await shop.control('POST', '/clock', { advanceMs: 60_000 });
    expect(got()).toEqual([retried, retried]);
    await fault('wrongSecret');
    await placed();
    expect(receiver.got[0]?.headers['x-sync-token']).not.toBe('secret');
    await fault('missingHeader');
    await placed();
    expect(receiver.got[0]?.headers['x-sync-token']).toBeUndefined();
    expect((await shop.control('POST', '/webhook-faults', { kind: 'nonsense' })).status).toBe(422);
  });

  it('sends products and customers flat, with text for numbers', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'product.updated');
    await shop.api('PATCH', 'variants/5102', {
      data: { type: 'variants', id: '5102', attributes: { quantity: 17, price: 2490 } },
    });
    expect(receiver.got[0]?.body[0]).toMatchObject({ id: '812', tracking: 'yes' });
    expect(receiver.got[0]?.body[0].variants[0]).toMatchObject({
      id: '5102',
      quantity: '17',
      price: '24.90',
    });
    await shop.switches({ productUpdatedOnApiAndStock: false });
    await shop.api('PATCH', 'variants/5102', {
      data: { type: 'variants', id: '5102', attributes: { quantity: 1 } },
    });
    expect(receiver.got).toHaveLength(1);
  });

  it('serves several subscriptions to different addresses, and stops for one that is switched off or deleted', async () => {
    const shop = await startShop();
    const [one, two] = [await startReceiver(), await startReceiver()];
    await shop.switches({ firstAttempt: 'sync' });
    const first = await subscribe(shop, one, 'order.created');
    const second = await subscribe(shop, two, 'order.created', { new_version: 0 });
    await shop.place({ preset: 'G01' });
    expect([one.got.length, two.got.length]).toEqual([1, 1]);
    await shop.control('PATCH', `/webhooks/${first}`, { active: 'no' });
    await shop.control('DELETE', `/webhooks/${second}`);
    await shop.place({ preset: 'G01' });
    expect([one.got.length, two.got.length]).toEqual([1, 1]);
    await shop.control('PATCH', `/webhooks/${first}`, { active: 'yes' });
    await shop.place({ preset: 'G01' });
    expect(one.got).toHaveLength(2);
    expect((await shop.control('DELETE', `/webhooks/${second}`)).status).toBe(404);
  });

  it('forgets what was under way when the shop begins anew', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    await shop.switches({ webhookTimeoutMs: 100 });
    receiver.answer = { status: 0 };
    const placing = shop.place({ preset: 'G01' });
    await waitUntil('the delivery', async () => receiver.got.length === 1, { everyMs: 5 });
    await shop.control('POST', '/reset');
    await placing;
    await shop.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(receiver.got).toHaveLength(1);
    expect((await shop.control('GET', '/deliveries')).body.deliveries).toEqual([]);
  });

  it('delivers nothing while webhooks are off', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    await shop.switches({ webhooksOn: false });
    await shop.place({ preset: 'G01' });
    expect(receiver.got).toEqual([]);
  });
});
