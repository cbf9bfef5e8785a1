import { z } from 'zod';
import { FAULT_KINDS } from '../faults.ts';
import { changeSwitches, describeSwitches } from '../switches.ts';
import type { Warehouse, WarehouseSnapshot } from '../warehouse.ts';
import { ControlError } from '../../support/control.ts';
import { type ControlRoute, on } from './route.ts';

const faultInput = z.strictObject({
  function: z.string().nullable().default(null),
  apiId: z.string().nullable().default(null),
  kind: z.enum(FAULT_KINDS),
  times: z.int().min(1).default(1),
  after: z.int().min(0).default(0),
  ms: z.int().min(0).max(600_000).default(1000),
  apply: z.boolean().nullable().default(null),
  errors: z.array(z.string()).default(['_EMU_FAULT']),
});

const releaseInput = z.strictObject({ apply: z.boolean().default(true), answer: z.boolean().default(true) });
const clockInput = z.strictObject({
  advanceMs: z.int().min(0).optional(),
  /** Stops time at an instant, or lets it run again. */
  freezeAt: z.iso.datetime({ offset: true }).nullable().optional(),
});
const snapshotInput = z.looseObject({
  clock: z.strictObject({ offsetMs: z.number(), frozenAt: z.number().nullable() }),
  switches: z.record(z.string(), z.unknown()),
  companies: z.array(z.looseObject({ key: z.string(), operations: z.array(z.looseObject({ id: z.int() })) })),
});

const since = (params: URLSearchParams): number => Number(params.get('since') ?? 0) || 0;

/** Control of the emulator itself: state, switches, faults, clock, log of calls. */
export const emulatorRoutes: readonly ControlRoute[] = [
  on('GET /health', ({ warehouse }) => ({
    ok: true,
    companies: warehouse.companies().map(({ settings }) => settings.CompanyName),
  })),
  on('POST /reset', ({ reset }) => reset()),
  on('GET /snapshot', ({ warehouse }) => warehouse.snapshot()),
  on('PUT /snapshot', ({ warehouse }, { body }) =>
    warehouse.restore(snapshotInput.parse(body) as unknown as WarehouseSnapshot),
  ),
  on('GET /switches', ({ warehouse }) => ({
    switches: warehouse.switches,
    described: describeSwitches(warehouse.switches),
  })),
  on('PATCH /switches', ({ warehouse }, { body }) => {
    const problems = changeSwitches(warehouse.switches, z.record(z.string(), z.unknown()).parse(body));
    if (problems.length > 0) {
      throw new ControlError(422, problems.join('; '), { known: describeSwitches(warehouse.switches) });
    }
    return { switches: warehouse.switches };
  }),
  on('GET /faults', ({ faults }) => ({ faults: faults.all() })),
  on('POST /faults', ({ faults }, { body }) => ({ id: faults.add(faultInput.parse(body)) })),
  on('DELETE /faults', ({ faults }) => faults.clear()),
  on('GET /held', ({ held }) => ({ held: held.all() })),
  on('POST /held/:id/release', ({ held }, { names, body }) => {
    const { apply, answer } = releaseInput.parse(body);
    if (!held.release(Number(names['id']), apply, answer)) throw new ControlError(404, 'nothing is held');
    return { released: true };
  }),
  on('GET /requests', ({ requests }, { params }) => ({ requests: requests.since(since(params)) })),
  on('DELETE /requests', ({ requests }) => requests.clear()),
  on('GET /clock', ({ warehouse }) => clockView(warehouse)),
  on('POST /clock', ({ warehouse }, { body }) => {
    const { advanceMs, freezeAt } = clockInput.parse(body);
    if (freezeAt !== undefined) warehouse.clock.freeze(freezeAt === null ? null : Date.parse(freezeAt));
    if (advanceMs !== undefined) warehouse.clock.advance(advanceMs);
    return clockView(warehouse);
  }),
];

function clockView({ clock }: Warehouse) {
  return { now: clock.now(), offsetMs: clock.offsetMs, frozenAt: clock.frozenAt };
}
