import { createHmac } from 'node:crypto';
import { afterEach } from 'vitest';
import {
  type MicrobgEmulator,
  type MicrobgEmulatorOptions,
  startMicrobgEmulator,
} from '../../../emulators/microbg/emulator.ts';

/** An answer with its body read. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly body: any;
}

/** Credentials of an application. */
export interface Credentials {
  readonly apiId: string;
  readonly secret: string;
}

/** A line of a document as a test writes it: code, quantity, price, discount. */
export type TestLine = readonly [code: string, quantity: number, price: number, discount?: number];

/** A started emulator and short ways to talk to it. */
export interface TestWarehouse {
  readonly emulator: MicrobgEmulator;
  readonly credentials: Credentials;
  /** Calls an API function, signed; answers with the envelope. */
  call(name: string, parameters?: object, data?: object | null, as?: Credentials): Promise<Answered['body']>;
  /** Like `call`, but answers with `data` and fails when the API refused. */
  ask(name: string, parameters?: object, data?: object | null, as?: Credentials): Promise<Answered['body']>;
  /** Sends a body as it is. */
  post(body: string | FormData, headers?: Record<string, string>): Promise<Answered>;
  control(method: string, path: string, body?: unknown): Promise<Answered['body']>;
  switches(changes: object): Promise<void>;
  settings(changes: object): Promise<void>;
  application(company?: string): Promise<Credentials>;
  itemId(code: string): number;
  /** Data of a document with these lines. */
  document(type: number, extId: number, lines: readonly TestLine[], more?: object): object;
  /** Saves such a document by its external id; answers with the envelope. */
  save(type: number, extId: number, lines: readonly TestLine[], more?: object): Promise<Answered['body']>;
  stock(code: string, objectId?: number): number;
}

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The `Request` field as the documentation says (micro.bg API 1.3); apart from the emulator's own code. */
export function signedRequest(secret: string, json: string): string {
  const encoded = encodeURIComponent(Buffer.from(json, 'utf8').toString('base64'));
  return encoded + createHmac('sha256', secret).update(encoded).digest('hex');
}

/** Text of a payload, with an empty list for no parameters, as the reference client sends it. */
export function payload(name: string, parameters: object = {}, data: object | null = null): string {
  const none = Object.keys(parameters).length === 0;
  return JSON.stringify({ functionName: name, parameters: none ? [] : parameters, functionData: data });
}

async function request(url: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, text, body };
}

/** Starts an emulator that ends with the test. */
export async function startWarehouse(options: MicrobgEmulatorOptions = {}): Promise<TestWarehouse> {
  const emulator = await startMicrobgEmulator(options);
  ends.push(() => emulator.close());
  const company = () => emulator.warehouse.company()!;
  const test: TestWarehouse = {
    emulator,
    credentials: { apiId: emulator.apiId, secret: emulator.secret },
    async call(name, parameters, data, as = test.credentials) {
      const signed = signedRequest(as.secret, payload(name, parameters, data));
      const form = new URLSearchParams({ ApiId: as.apiId, Request: signed }).toString();
      const { status, body, text } = await test.post(form);
      if (status !== 200) throw new Error(`${status} ${text}`);
      return body;
    },
    async ask(name, parameters, data, as) {
      const { status, errors, data: answer } = await test.call(name, parameters, data, as);
      if (status !== true) throw new Error(`${name}: ${errors}`);
      return answer;
    },
    post: (body, headers = {}) =>
      request(emulator.url, {
        method: 'POST',
        body,
        headers: {
          ...(typeof body === 'string' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
          ...headers,
        },
      }),
    async control(method, path, body) {
      const answer = await request(emulator.controlUrl + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return answer.body;
    },
    switches: (changes) => test.control('PATCH', '/switches', changes),
    settings: (changes) => test.control('PATCH', '/settings', changes),
    application: (key) => test.control('POST', `/applications${key ? `?company=${key}` : ''}`, {}),
    itemId(code) {
      const [item] = company().items.find('code', code);
      if (!item) throw new Error(`no item ${code}`);
      return item.id;
    },
    document: (type, extId, lines, more = {}) => ({
      ...{ OperType: type, ObjectId: 2, PartnerId: 917, PricesWithVat: 1, ExtAppDocId: extId },
      Items: lines.map(([code, Qtty, Price, Discount = 0]) => ({
        ...{ ItemId: test.itemId(code), Qtty, Price, Discount },
      })),
      ...more,
    }),
    save: (type, extId, lines, more) =>
      test.call('saveOperation', { ByExtAppDocId: 1 }, test.document(type, extId, lines, more)),
    stock: (code, objectId = 2) => company().stockOf(objectId, test.itemId(code)),
  };
  return test;
}
