import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults.ts';
import type { Held } from './held.ts';
import type { Shop } from '../shop.ts';
import { type ReceivedRequest, send, type WrittenAnswer } from './server.ts';

/** A request, and the fault that it meets. */
interface Encounter {
  readonly fault: Fault;
  readonly received: ReceivedRequest;
  readonly response: ServerResponse;
  readonly held: Held;
  readonly shop: Shop;
  readonly finish: (status: number | string) => void;
}

const HTML = { 'Content-Type': 'text/html; charset=utf-8' };
const JSON_API = { 'Content-Type': 'application/vnd.api+json' };

function html(status: number, title: string): WrittenAnswer {
  const text = `<html><head><title>${title}</title></head><body><h1>${title}</h1><hr>edge</body></html>`;
  return { status, text, headers: HTML };
}

/** Answers that replace the real one; the request is not applied. */
const REPLACEMENTS: Readonly<Record<string, (fault: Fault) => WrittenAnswer>> = {
  http403: () => html(403, '403 Forbidden'),
  http404: () => ({
    status: 404,
    text: JSON.stringify({ errors: [{ status: '404', title: 'Not Found' }] }),
    headers: JSON_API,
  }),
  http429: ({ ms }) => ({
    status: 429,
    text: JSON.stringify({
      error: 'Too Many Requests',
      message: 'API rate limit exceeded.',
      retry_after: Math.ceil(ms / 1000),
    }),
    headers: { 'Content-Type': 'application/json', 'Retry-After': String(Math.ceil(ms / 1000)) },
  }),
  html429: () => html(429, '429 Too Many Requests'),
  http500: () => ({
    status: 500,
    text: JSON.stringify({
      errors: [{ status: '500', title: 'Internal Server Error', details: randomUUID() }],
    }),
    headers: JSON_API,
  }),
  http502html: () => html(502, '502 Bad Gateway'),
  http504html: () => html(504, '504 Gateway Time-out'),
};

/** Lets a request meet its fault (CloudCart API 10, fault injection). */
export async function misbehave(encounter: Encounter): Promise<void> {
  const { fault, received, finish } = encounter;
  const replacement = REPLACEMENTS[fault.kind];
  if (replacement !== undefined) return answer(encounter, replacement(fault));
  switch (fault.kind) {
    case 'delay':
    case 'slowFirstByte': {
      // A slow first byte comes after the work, a delay before it.
      const early = fault.kind === 'slowFirstByte' ? await received.apply() : undefined;
      await sleep(fault.ms);
      return answer(encounter, early ?? (await received.apply()));
    }
    case 'dropBefore':
      return drop(encounter);
    case 'dropAfter':
      await received.apply();
      return drop(encounter);
    case 'timeoutBefore':
      await clientGone(encounter);
      return finish('timeout');
    case 'timeoutAfter':
      await received.apply();
      await clientGone(encounter);
      return finish('timeout, applied');
    case 'invalidJson':
      return answer(encounter, { ...(await received.apply()), text: '{"data":[{"id":' });
    case 'emptyBody':
      return answer(encounter, { ...(await received.apply()), text: '' });
    case 'holdAndApplyLater':
      await clientGone(encounter);
      await sleep(fault.ms);
      await received.apply();
      return finish('applied later');
    case 'pageShift':
      shiftPages(encounter);
      return answer(encounter, await received.apply());
    default:
      return park(encounter);
  }
}

function answer({ response, finish }: Encounter, written: WrittenAnswer): void {
  send(response, written);
  finish(written.status);
}

function drop({ response, finish }: Encounter): void {
  response.destroy();
  finish('dropped');
}

function park({ received, response, held, finish }: Encounter): void {
  held.add(received.method, received.target, async (apply, answered) => {
    const written = apply ? await received.apply() : html(504, '504 Gateway Time-out');
    if (answered) send(response, written);
    else response.destroy();
    finish(apply ? 'released, applied' : 'released');
    return written;
  });
}

/** Resolves when the client gave up, or with a 504 when the platform does first (CloudCart API 2.5). */
function clientGone({ response, shop }: Encounter): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const giveUp = (): void => send(response, html(504, '504 Gateway Time-out'));
    const timer = setTimeout(giveUp, shop.switches.platformTimeoutMs);
    response.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What was saved longest ago is saved again: rows move from page to page between two reads (CloudCart API 3.1). */
function shiftPages({ received, shop }: Encounter): void {
  const ofProducts = /\/(products|variants)/.test(received.target);
  const table = shop.db.generic(ofProducts ? 'products' : 'orders');
  const column = ofProducts ? 'date_modified' : 'updated_at';
  const oldest = Math.min(...table.all().map((row) => Number(row[column])));
  const row = table.all().find((each) => each[column] === oldest);
  if (row !== undefined) table.update(row.id, { [column]: shop.now() });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
