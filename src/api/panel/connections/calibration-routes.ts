import { z } from 'zod';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { type Calibration, askCalibration, listCalibrations } from '../../../db/queries/calibrations.ts';
import { readCard } from '../../../db/queries/connection-edits.ts';
import { readSettingsVersion } from '../../../db/queries/connections.ts';
import { describeTrial } from '../../../domain/preflight/trial-texts.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, connectionId, nothing, route } from '../route.ts';
import { known } from './known.ts';
import { startPreflight } from './start-preflight.ts';

const oneConnection = z.strictObject({ id: connectionId });
const warehouseId = z.int().positive();
const quantity = z.string().nullable().optional();
const calibration = z
  .strictObject({
    id: z.int(),
    kind: z.literal('reservation'),
    state: z.enum(['asked', 'reserved', 'sent', 'stands', 'delete_sent', 'gone', 'done']),
    result: z
      .enum([
        ...(['subtracts', 'keeps', 'unclear', 'no_stock', 'not_landed'] as const),
        ...(['refused', 'id_taken', 'changed_by_staff', 'connection_off'] as const),
      ])
      .nullable(),
    itemId: z.int(),
    objectId: z.int(),
    partnerId: z.int(),
    /** Stamp and id of the document in the warehouse. */
    extId: z.int().nullable(),
    warehouseId: z.int().nullable(),
    /** Quantities of the item around the document. */
    evidence: z.strictObject({
      ...{ before: quantity, during: quantity, after: quantity },
      said: z.string().optional(),
    }),
    askedBy: z.string(),
    askedAt: z.iso.datetime({ offset: true }),
    doneAt: z.iso.datetime({ offset: true }).nullable(),
    bg: z.string(),
    en: z.string(),
  })
  .meta({ id: 'Calibration' });

const list = route({
  method: 'get',
  path: '/api/connections/{id}/calibrations',
  role: 'viewer',
  summary: 'Trials in the warehouse that somebody agreed to: what was found, when, and who asked',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: z.strictObject({
    calibrations: z.array(calibration),
    /** What is in use now. The encoding and the suggestion of a price list come from reads: nothing is written for them. */
    inUse: z.strictObject({
      bodyEncoding: z.string(),
      priceList: z.int().nullable(),
      warehouseReserves: z.boolean().nullable(),
    }),
  }),
  answer: async ({ pool }, { params: { id } }) => {
    const { bodyEncoding, settingsVersion } = known(await readCard(pool, id));
    const { priceList, warehouseReserves } = await readSettingsVersion(pool, id, settingsVersion);
    return {
      calibrations: (await listCalibrations(pool, id)).map(shown),
      inUse: { bodyEncoding, priceList, warehouseReserves },
    };
  },
});

const tryReservation = route({
  method: 'post',
  path: '/api/connections/{id}/calibrate/reservation',
  role: 'owner',
  summary:
    'Writes an order of one unit into the warehouse, looks at the quantity, and deletes the order; needs consent',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({
    consent: z
      .literal(true, 'must be true: a document is written into the warehouse and deleted again')
      .meta({ description: 'A person agrees to the document' }),
    itemId: warehouseId,
    partnerId: warehouseId.optional().meta({
      description: 'On whom the order is booked; not needed where the settings name a web customer',
    }),
  }),
  reply: calibration,
  answer: async (panel, { params: { id }, body: { itemId, partnerId: named }, by }) => {
    const asked = await inTransaction(panel.pool, async (database) => {
      const card = known(await readCard(database, id, 'lock'));
      if (card.mode === 'off') throw new ApiFailure(409, 'connection_off', 'The connection is off');
      if (card.stoppedReason !== null)
        throw new ApiFailure(409, 'connection_stopped', 'The connection is stopped');
      const { objectId, webCustomerId } = await readSettingsVersion(database, id, card.settingsVersion);
      const partnerId = named ?? webCustomerId;
      if (partnerId === null)
        throw new ApiFailure(409, 'partner_needed', 'Say in partnerId on whom the order is booked');
      const wanted = {
        ...({ kind: 'reservation', warehouseApiId: card.warehouseApiId } as const),
        ...{ objectId, itemId, partnerId },
      };
      const trial = await askCalibration(database, id, wanted, by);
      if (trial === undefined)
        throw new ApiFailure(409, 'calibration_under_way', 'A trial is under way: wait for its result');
      await audit(database, {
        ...{ by, connectionId: id, action: 'calibration.asked', subject: 'reservation' },
        after: { consent: true, itemId, objectId, partnerId },
      });
      return trial;
    });
    await startPreflight(panel, id);
    return shown(asked);
  },
});

/** Trials in the warehouse, with consent. */
export const calibrationRoutes: readonly Route[] = [list, tryReservation];

function shown(trial: Calibration) {
  const { warehouseApiId: _application, leavesForMs: _leaves, ...row } = trial;
  return { ...row, bg: describeTrial(trial, 'bg'), en: describeTrial(trial, 'en') };
}
