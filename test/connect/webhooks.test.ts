import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { viewWebhooks } from '../../src/db/queries/subscriptions.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { endedWith, useDesk } from './command.ts';

const desk = useDesk();
const PUBLIC = { env: { PUBLIC_URL: 'https://sync.example.bg' } };

const EVENTS = ['order.created', 'order.updated', 'product.created', 'product.deleted', 'product.updated'];

interface Hook {
  readonly id: number | string;
  readonly url: string;
  readonly event: string;
  readonly active: boolean | string | number;
}

/** What the shop itself has; its list for merchants shows no headers, the REST API does. */
async function hooks(): Promise<(Hook & { headers: Record<string, string> })[]> {
  const { shop } = desk.emulators;
  const response = await fetch(`${shop.url}/api/v2/webhooks?page[size]=100`, {
    headers: { 'x-cloudcart-apikey': shop.apiKey, accept: 'application/vnd.api+json' },
  });
  const { data } = (await response.json()) as {
    data: { id: string; attributes: Hook & { request_headers: Record<string, string> } }[];
  };
  return data.map(({ id, attributes: { request_headers, ...rest } }) => ({
    ...rest,
    id,
    headers: request_headers,
  }));
}

async function subscribe(url: string, event: string): Promise<void> {
  const { shop } = desk.emulators;
  const response = await fetch(`${shop.url}/api/v2/webhooks`, {
    method: 'POST',
    headers: {
      'x-cloudcart-apikey': shop.apiKey,
      accept: 'application/vnd.api+json',
      'content-type': 'application/vnd.api+json',
    },
    body: JSON.stringify({ data: { type: 'webhooks', attributes: { url, event } } }),
  });
  expect(response.status).toBe(201);
}

describe('npm run connect -- --webhooks', () => {
  it('registers one subscription per event with both secrets, and says that they are on', async () => {
    const output = await endedWith(0, desk.connect(desk.file(), ['--webhooks'], PUBLIC));
    expect(output).toMatch(/order\.created +ON +registered/);
    expect(output).toMatch(/order\.updated +ON +registered/);
    const { secrets } = (await desk.saved()) ?? expect.unreachable();
    expect(output).not.toContain(secrets.webhookUrlSecret);
    const registered = await hooks();
    expect(registered).toMatchObject(
      EVENTS.map((event) => ({
        event,
        active: 'yes',
        url: `https://sync.example.bg/hooks/cloudcart/sampleshop/${secrets.webhookUrlSecret}/${event}`,
        headers: { 'x-sync-token': secrets.webhookHeaderSecret },
      })),
    );
  });

  it('remembers that webhooks are wanted, and how the shop has them, also when the shop refuses one', async () => {
    await endedWith(0, desk.connect(desk.file(), ['--webhooks'], PUBLIC));
    expect(await viewWebhooks(desk.pool, 'sampleshop')).toMatchObject({
      wanted: true,
      askedBy: 'npm run connect',
      doneAt: expect.any(Date) as Date,
      webhooks: EVENTS.map((event) => ({
        event,
        active: true,
        lastDeliveryAt: null,
      })),
    });
    await desk.emulators.shop.control.send('PATCH', '/switches', { planExpired: true });
    const { code } = await desk.run(['--id', 'sampleshop', '--webhooks'], PUBLIC);
    await desk.emulators.shop.control.send('PATCH', '/switches', { planExpired: false });
    expect(code).toBe(1);
    const { askedAt, doneAt } = (await viewWebhooks(desk.pool, 'sampleshop')) ?? expect.unreachable();
    expect(doneAt?.getTime()).toBeLessThan(askedAt?.getTime() ?? 0);
  });

  it('changes nothing when it is repeated', async () => {
    await desk.connect(desk.file(), ['--webhooks'], PUBLIC);
    const before = (await hooks()).map(({ id, url, headers }) => ({ id, url, headers }));
    const output = await endedWith(0, desk.run(['--id', 'sampleshop', '--webhooks'], PUBLIC));
    expect(output.match(/ON +unchanged/g)).toHaveLength(EVENTS.length);
    expect((await hooks()).map(({ id, url, headers }) => ({ id, url, headers }))).toEqual(before);
  });

  it('repairs: switched off, headers wiped, another address; removes strays of ours, leaves those of others', async () => {
    await desk.connect(desk.file(), ['--webhooks'], PUBLIC);
    const [first, second] = await hooks();
    const { shop } = desk.emulators;
    await shop.control.send('PATCH', `/webhooks/${first?.id}`, { active: 'no' });
    await fetch(`${shop.url}/api/v2/webhooks/${second?.id}`, {
      method: 'PATCH',
      headers: {
        'x-cloudcart-apikey': shop.apiKey,
        accept: 'application/vnd.api+json',
        'content-type': 'application/vnd.api+json',
      },
      body: JSON.stringify({
        data: { type: 'webhooks', id: String(second?.id), attributes: { active: 'yes' } },
      }),
    });
    expect((await hooks())[1]?.headers).not.toHaveProperty('x-sync-token');
    await subscribe('https://old.example.bg/hooks/cloudcart/sampleshop/old/order.created', 'order.created');
    await subscribe(
      'https://old.example.bg/hooks/cloudcart/sampleshop/old/product.updated',
      'product.updated',
    );
    await subscribe('https://else.example.bg/hooks/cloudcart/other/s/order.created', 'order.created');
    await subscribe('https://else.example.bg/anything/sampleshop', 'order.updated');
    const output = await endedWith(
      0,
      desk.run(['--id', 'sampleshop', '--webhooks'], {
        env: { PUBLIC_URL: 'https://new.example.bg/' },
      }),
    );
    expect(output.match(/ON +repaired/g)).toHaveLength(EVENTS.length);
    expect(output).toContain('2 more of this connection removed');
    const { secrets } = (await desk.saved()) ?? expect.unreachable();
    const left = await hooks();
    expect(left).toHaveLength(EVENTS.length + 2);
    for (const id of [first?.id, second?.id]) {
      const hook = left.find((each) => each.id === id);
      expect(hook).toMatchObject({
        active: 'yes',
        url: expect.stringContaining('https://new.example.bg/hooks/') as string,
        headers: { 'x-sync-token': secrets.webhookHeaderSecret },
      });
    }
    expect(left.filter(({ url }) => url.startsWith('https://else.example.bg/'))).toHaveLength(2);
  });

  it('asks for PUBLIC_URL before anything is saved', async () => {
    const { code, output } = await desk.connect(desk.file(), ['--webhooks']);
    expect(code).toBe(78);
    expect(output).toContain('PUBLIC_URL: is missing. Example: https://');
    expect(await desk.saved()).toBeUndefined();
  });

  it('says what the shop said when its plan allows no more webhooks', async () => {
    await desk.emulators.shop.control.send('PATCH', '/switches', { hooksCap: 1 });
    const { code, output } = await desk.connect(desk.file(), ['--webhooks'], PUBLIC);
    expect(code).toBe(1);
    expect(output).toContain('The shop refuses webhook order.updated');
    expect(output).toContain('limit of hooks');
    expect(await hooks()).toHaveLength(1);
    await desk.emulators.shop.control.send('PATCH', '/switches', { hooksCap: null });
    await endedWith(0, desk.run(['--id', 'sampleshop', '--webhooks'], PUBLIC));
    expect(await hooks()).toHaveLength(EVENTS.length);
  });

  it('an order of the shop arrives at the registered address with the header', async () => {
    const arrived: { readonly url: string | undefined; readonly token: unknown }[] = [];
    const gateway = createServer(({ url, headers }, response) => {
      arrived.push({ url, token: headers['x-sync-token'] });
      response.end();
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = gateway.address() as AddressInfo;
      const env = { PUBLIC_URL: `http://127.0.0.1:${port}` };
      await desk.connect(desk.file(), ['--webhooks'], { env });
      await desk.emulators.shop.control.post('/orders', { preset: 'G02' });
      const ofOrder = () => arrived.find(({ url }) => url?.endsWith('/order.created'));
      await waitUntil('the delivery', async () => ofOrder() !== undefined);
      const { secrets } = (await desk.saved()) ?? expect.unreachable();
      expect(ofOrder()).toEqual({
        url: `/hooks/cloudcart/sampleshop/${secrets.webhookUrlSecret}/order.created`,
        token: secrets.webhookHeaderSecret,
      });
    } finally {
      gateway.close();
    }
  });
});
