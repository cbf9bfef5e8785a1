import { z } from 'zod';
import { FAULT_KINDS, pathPattern } from '../faults.ts';
import type { ShopSnapshot } from '../shop.ts';
import { changeSwitches, describeSwitches } from '../switches.ts';
import { DELIVERY_FAULT_KINDS } from '../webhooks/delivery-faults.ts';
import { ControlError } from '../../support/control.ts';
import { type ControlRoute, on } from './route.ts';

const faultInput = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
  kind: z.enum(FAULT_KINDS),
  times: z.int().min(1).default(1),
  after: z.int().min(0).default(0),
  ms: z.int().min(0).max(600_000).optional(),
});

/** A minute is what the shop asks for when its requests are used up (CloudCart API 2.3). */
const usualMs = (kind: string): number => (kind === 'http429' ? 60_000 : 1_000);

const deliveryFaultInput = z.strictObject({
  event: z.string().optional(),
  kind: z.enum(DELIVERY_FAULT_KINDS),
  times: z.int().min(1).default(1),
  ms: z.int().min(0).default(60_000),
});

const releaseInput = z.strictObject({ apply: z.boolean().default(true), answer: z.boolean().default(true) });
const clockInput = z.union([
  z.strictObject({ advanceMs: z.int().min(0) }),
  /** A clock that is wrong: nothing falls due by it until time gets there. */
  z.strictObject({ offsetMs: z.int() }),
]);
const webhookChange = z.strictObject({ active: z.enum(['yes', 'no']) });
const snapshotInput = z.looseObject({
  clockOffsetMs: z.number(),
  settings: z.looseObject({}),
  switches: z.record(z.string(), z.unknown()),
  database: z.looseObject({}),
});

const since = (params: URLSearchParams): number => Number(params.get('since') ?? 0) || 0;

/** Control of the emulator itself: state, switches, faults, clock, logs. */
export const operationRoutes: readonly ControlRoute[] = [
  on('GET /health', ({ shop }) => ({ ok: true, shop: shop.settings.name })),
  on('POST /reset', ({ reset }) => reset()),
  on('GET /snapshot', ({ shop }) => shop.snapshot()),
  on('PUT /snapshot', ({ shop, dispatcher }, { body }) => {
    shop.restore(snapshotInput.parse(body) as unknown as ShopSnapshot);
    dispatcher.clear();
  }),
  on('GET /switches', ({ shop }) => ({
    switches: shop.switches,
    described: describeSwitches(shop.switches),
  })),
  on('PATCH /switches', ({ shop }, { body }) => {
    const problems = changeSwitches(shop.switches, z.record(z.string(), z.unknown()).parse(body));
    if (problems.length > 0) {
      throw new ControlError(422, problems.join('; '), { known: describeSwitches(shop.switches) });
    }
    return { switches: shop.switches };
  }),
  on('GET /faults', ({ faults, dispatcher }) => ({
    faults: faults.all().map(({ path, ...rest }) => ({ ...rest, path: path === null ? null : String(path) })),
    deliveries: dispatcher.faults.all(),
  })),
  on('POST /faults', ({ faults }, { body }) => {
    const { method, path, ms, ...rest } = faultInput.parse(body);
    const asked = { method: method?.toUpperCase() ?? null, path: pathPattern(path) };
    return { id: faults.add({ ...rest, ...asked, ms: ms ?? usualMs(rest.kind) }) };
  }),
  on('DELETE /faults', ({ faults, dispatcher }) => {
    faults.clear();
    dispatcher.faults.clear();
  }),
  on('POST /webhook-faults', ({ dispatcher }, { body }) => {
    const { event, ...rest } = deliveryFaultInput.parse(body);
    return { id: dispatcher.faults.add({ ...rest, event: event ?? null }) };
  }),
  on('GET /held', ({ held }) => ({ held: held.all() })),
  on('POST /held/:id/release', async ({ held }, { names, body }) => {
    const { apply, answer } = releaseInput.parse(body);
    if (!(await held.release(Number(names['id']), apply, answer)))
      throw new ControlError(404, 'nothing is held');
    return { released: true };
  }),
  on('GET /requests', ({ requests }, { params }) => ({ requests: requests.since(since(params)) })),
  on('DELETE /requests', ({ requests }) => requests.clear()),
  on('GET /deliveries', ({ dispatcher }, { params }) => ({
    deliveries: dispatcher
      .since(since(params))
      .map(({ body, ...rest }) => ({ ...rest, body: JSON.parse(body) as unknown })),
  })),
  on('GET /webhooks', ({ shop }) => ({
    webhooks: shop.db.tables.webhooks
      .all()
      .map(({ request_headers, ...rest }) => ({ ...rest, headers: Object.keys(request_headers) })),
  })),
  on('PATCH /webhooks/:id', ({ shop }, { names, body }) => {
    const hook = shop.db.tables.webhooks.get(names['id']);
    if (hook === undefined) throw new ControlError(404, `no webhook ${names['id']}`);
    shop.db.tables.webhooks.update(hook.id, { ...webhookChange.parse(body), updated_at: shop.now() });
  }),
  on('DELETE /webhooks/:id', ({ shop }, { names }) => {
    const hook = shop.db.tables.webhooks.get(names['id']);
    if (hook === undefined) throw new ControlError(404, `no webhook ${names['id']}`);
    shop.db.tables.webhooks.delete(hook.id);
  }),
  on('GET /clock', ({ shop }) => ({ now: shop.clock.now(), offsetMs: shop.clock.offsetMs })),
  on('POST /clock', async ({ shop, dispatcher, limiter }, { body }) => {
    const input = clockInput.parse(body);
    if ('advanceMs' in input) await dispatcher.advance(input.advanceMs);
    else {
      shop.clock.offsetMs = input.offsetMs;
      // Times of before would count as the future and never run out.
      limiter.clear();
    }
    return { now: shop.clock.now(), offsetMs: shop.clock.offsetMs };
  }),
];
