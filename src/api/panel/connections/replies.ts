import { z } from 'zod';

const time = z.iso.datetime({ offset: true });
const mode = z.enum(['off', 'observe', 'live']);

export const cardReply = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    mode,
    pausedMode: z.enum(['observe', 'live']).nullable(),
    shopUrl: z.string(),
    warehouseEntryPoint: z.string(),
    warehouseApiId: z.string(),
    bodyEncoding: z.string(),
    settingsVersion: z.int(),
    stoppedReason: z.string().nullable(),
    shopKeySetAt: time,
    warehouseSecretSetAt: time,
    adminTokenSetAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Connection' });

const company = z.strictObject({
  name: z.string(),
  countryCode: z.string(),
  currency: z.string().nullable(),
  paidUntil: z.string().nullable(),
  pricePrecision: z.int(),
  quantityPrecision: z.int(),
  pricesWithVat: z.boolean(),
  allowNegativeStock: z.boolean(),
  autoProduction: z.boolean(),
  isVatRegistered: z.boolean(),
});
const objects = z.array(
  z.strictObject({ id: z.int(), name: z.string(), priceGroup: z.int().nullable(), deleted: z.boolean() }),
);
const paymentTypes = z.array(
  z.strictObject({ id: z.int(), name: z.string(), fiscalMode: z.int().nullable(), deleted: z.boolean() }),
);
const providers = z.array(z.strictObject({ code: z.string(), title: z.string() }));

export const testedReply = z.strictObject({
  shop: z.strictObject({ host: z.string(), requestsPerMinute: z.int().nullable(), providers }),
  warehouse: z.strictObject({ company, bodyEncoding: z.string(), objects, paymentTypes }),
});

const items = z.strictObject({
  services: z.array(z.strictObject({ id: z.int(), name: z.string(), taxRate: z.string().nullable() })),
  measures: z.array(z.strictObject({ id: z.int(), name: z.string(), items: z.int() })),
  priceLists: z.array(z.strictObject({ list: z.int(), priced: z.int(), sameAs: z.int().nullable() })),
  items: z.int(),
  readAt: time,
});

const service = z.int().nullable();
export const lookupsReply = z.strictObject({
  readAt: time,
  shop: z.strictObject({
    requestsPerMinute: z.int().nullable(),
    providers,
    couriers: z.array(z.string()),
    statuses: z.array(z.strictObject({ code: z.string(), name: z.string() })),
    /** None without the app for stores; null: nobody has asked yet. */
    stores: z
      .array(z.strictObject({ id: z.int(), name: z.string(), city: z.string(), active: z.boolean() }))
      .nullable(),
  }),
  warehouse: z.strictObject({
    company,
    objects,
    paymentTypes,
    taxGroups: z.array(z.strictObject({ number: z.int(), name: z.string(), rate: z.string() })),
    items: items.nullable(),
  }),
  suggestions: z.strictObject({
    objectId: z.int().nullable(),
    paymentTypes: z.record(z.string(), z.int()),
    onlineProviders: z.array(z.string()),
    fiscalPaymentTypes: z.array(z.int()),
    serviceItems: z.strictObject({ delivery: service, discount: service, fee: service, rounding: service }),
    priceList: z.int().nullable(),
  }),
});
