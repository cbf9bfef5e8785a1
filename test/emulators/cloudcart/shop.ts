import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import {
  type CloudcartEmulator,
  type CloudcartEmulatorOptions,
  startCloudcartEmulator,
} from '../../../emulators/cloudcart/emulator.ts';

/** An answer with its body read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any;
}

/** A started emulator and short ways to talk to it. */
export interface TestShop {
  readonly emulator: CloudcartEmulator;
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  control(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Places an order and answers with its id. */
  place(body: object): Promise<number>;
  /** Attributes of an order as the API shows them. */
  order(id: number): Promise<Record<string, unknown>>;
  switches(changes: object): Promise<void>;
  stock(sku: string): Promise<number | null>;
}

const MEDIA = 'application/vnd.api+json';
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function ask(url: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

/** Starts an emulator that ends with the test. */
export async function startShop(options: CloudcartEmulatorOptions = { unlimited: true }): Promise<TestShop> {
  const emulator = await startCloudcartEmulator(options);
  ends.push(() => emulator.close());
  const api: TestShop['api'] = (method, path, body, headers = {}) =>
    ask(`${emulator.url}/api/v2/${path}`, {
      method,
      headers: {
        accept: MEDIA,
        'x-cloudcart-apikey': emulator.apiKey,
        ...(body === undefined ? {} : { 'content-type': MEDIA }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const control: TestShop['control'] = (method, path, body) =>
    ask(emulator.controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    emulator,
    api,
    control,
    async place(body) {
      const { status, body: placed, text } = await control('POST', '/orders', body);
      if (status !== 200) throw new Error(text);
      return placed.id as number;
    },
    order: async (id) => (await api('GET', `orders/${id}`)).body.data.attributes,
    async switches(changes) {
      const { status, text } = await control('PATCH', '/switches', changes);
      if (status !== 200) throw new Error(text);
    },
    stock: async (sku) => (await control('GET', `/stock?sku=${sku}`)).body.stock[0].quantity,
  };
}

/** What a receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any;
}

/** A subscriber: keeps what it gets and answers as told; status 0 never answers. */
export interface Receiver {
  readonly url: string;
  readonly got: Received[];
  answer: { status: number; text?: string };
}

/** Starts a subscriber that ends with the test. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', got: [], answer: { status: 200 } };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      receiver.got.push({ path: request.url ?? '', headers: request.headers, body });
      if (receiver.answer.status === 0) return;
      response.writeHead(receiver.answer.status);
      response.end(receiver.answer.text ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return Object.assign(receiver, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Subscribes a receiver to an event and answers with the id of the subscription. */
export async function subscribe(
  shop: TestShop,
  receiver: Receiver,
  event: string,
  more: object = {},
): Promise<string> {
  const attributes = {
    url: `${receiver.url}/${event}`,
    event,
    active: 'yes',
    new_version: 1,
    request_headers: { 'X-Sync-Token': 'secret' },
    ...more,
  };
  const { status, body, text } = await shop.api('POST', 'webhooks', {
    data: { type: 'webhooks', attributes },
  });
  if (status !== 201) throw new Error(text);
  return body.data.id as string;
}
