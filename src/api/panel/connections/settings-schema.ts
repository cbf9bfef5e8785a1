import { z } from 'zod';
import type { ConnectionSettings } from '../../../domain/connection/settings.ts';
import { namesNumber } from '../../../domain/order/note-number.ts';

const text = z.string().trim().min(1, 'is empty').max(500, 'must have at most 500 characters');
const warehouseId = z.int('must be an id of micro.bg').positive('must be an id of micro.bg');
const itemByRate = z.record(z.string().regex(/^\d{1,2}(\.\d+)?$/, 'must be a rate in percent'), warehouseId);
/** Null: however long. */
const minutes = z.int().min(1).max(527_040).nullable();
const percent = z.int().min(1, 'must be 1 to 100').max(100, 'must be 1 to 100');
const seconds = z.int().min(60).max(86_400);
const objects = z.union([z.literal('all'), z.array(warehouseId).min(1, 'must name an object').max(200)], {
  error: 'must be "all", or ids of objects',
});
/** Each store costs a request for every variant that changes. */
const MOST_STORES = 50;
const store = z.strictObject({
  storeId: z.int('must be an id of a store').positive('must be an id of a store'),
  objects,
});

/** Every setting with what it may be. A setting without a line here does not compile. */
export const settingsFields = {
  startDate: z.iso.date('must be a day, YYYY-MM-DD'),
  saleRule: z.union(
    [
      z.literal('always'),
      z
        .strictObject({ statuses: z.array(text).max(100), fulfilled: z.boolean() })
        .refine(
          ({ statuses, fulfilled }) => fulfilled || statuses.length > 0,
          'must name a status, or count shipping: else nothing is ever sold',
        ),
    ],
    { error: 'must be "always", or statuses of the shop and whether shipping counts' },
  ),
  objectId: warehouseId,
  paymentTypes: z.record(text, warehouseId),
  paymentTypesByCourier: z.record(text, z.record(text, warehouseId)),
  onlineProviders: z.array(text).max(200),
  silentProviders: z.array(text).max(200).nullable(),
  silentReadsPerSweep: z.int().min(0).max(100),
  fiscalPaymentTypes: z.array(warehouseId).max(1_000),
  negativeLinesConfirmed: z.boolean(),
  returns: z.enum(['claim', 'ask']),
  uncollected: z.enum(['delete', 'claim', 'ask']),
  recordPayments: z.boolean(),
  invoices: z.enum(['none', 'companies', 'all']),
  discountMode: z.enum(['own_line', 'spread']),
  serviceItems: z.strictObject({
    delivery: warehouseId.nullable(),
    discount: warehouseId.nullable(),
    fee: warehouseId.nullable(),
    rounding: warehouseId.nullable().optional(),
    byRate: z
      .strictObject({
        delivery: itemByRate.optional(),
        discount: itemByRate.optional(),
        fee: itemByRate.optional(),
      })
      .optional(),
    feeByName: z.record(text, warehouseId).optional(),
  }),
  noteFormat: text.refine(
    (format) => format.startsWith('CloudCart #{number}'),
    'must begin with "CloudCart #{number}": by it we know our own documents again',
  ),
  foreignNote: text.max(200).refine(namesNumber, 'must hold {number} once'),
  vatMismatch: z.enum(['block', 'warn']),
  webCustomerId: warehouseId.nullable(),
  convertBgn: z.boolean(),
  customStatuses: z.record(text, z.enum(['none', 'sale', 'cancel'])),
  readingHint: text.nullable(),
  negativeLines: z.enum(['price', 'quantity', 'refused']),
  sweepEverySeconds: seconds,
  reconcileAtHour: z.int().min(0).max(23),
  watchdogEverySeconds: seconds,
  verificationEverySeconds: seconds,
  alarmAfterMinutes: z.strictObject({
    order: minutes,
    delivery: minutes,
    sweep: minutes,
    watchdog: minutes,
    verification: minutes,
    export: minutes,
    waiting: minutes,
  }),
  stockObjects: objects,
  storeStock: z
    .array(store)
    .max(MOST_STORES, `must name at most ${MOST_STORES} stores`)
    .superRefine((stores, context) => {
      for (const [index, { storeId }] of stores.entries())
        if (stores.findIndex((each) => each.storeId === storeId) < index)
          context.addIssue({
            code: 'custom',
            path: [index, 'storeId'],
            message: 'names a store a second time',
          });
    }),
  matching: z.strictObject({ crossMatch: z.boolean(), leadingZeros: z.enum(['ask', 'same']) }),
  newProducts: z.enum(['create', 'report']),
  priceList: z.int().min(1, 'must be 1 to 10').max(10, 'must be 1 to 10').nullable(),
  shopPricesWithVat: z.boolean(),
  shopDecrementsAt: z.enum(['paid', 'pending']),
  exportQuantities: z.boolean(),
  exportPrices: z.boolean(),
  stockBuffer: z.string().regex(/^\d{1,9}(\.\d{1,3})?$/, 'must be a number of units, 0 or more'),
  exportEveryMinutes: z.int().min(1, 'must be 1 to 60').max(60, 'must be 1 to 60'),
  exportGuard: z.strictObject({ quantities: percent, prices: percent, least: z.int().min(0).max(100_000) }),
  holdBack: z.enum(['on', 'off', 'auto']),
  warehouseReserves: z.boolean().nullable(),
} satisfies { [Name in keyof ConnectionSettings]-?: z.ZodType };
