import { z } from 'zod';

/** Money in control requests: a number is minor units, a text is major units (`"24.90"`). */
export const money = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,12}(\.\d{1,2})?$/)
    .transform((text) => {
      const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
      const minor = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
      return text.startsWith('-') ? -minor : minor;
    }),
]);

/** Quantity: three decimals at most, as the platform keeps them (CloudCart API 4.2). */
export const quantity = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}(\.\d{1,3})?$/)
      .transform(Number),
  ])
  .refine(
    (value) => value > 0 && value <= 50_000_000 && Math.abs(Math.round(value * 1000) - value * 1000) < 1e-6,
  );

const verbatim = z.record(z.string(), z.unknown());

/** A discount: percent, or money when flat (CloudCart API 4.7). */
export const discountInput = z.strictObject({
  type: z.string().default('percent'),
  value: z.union([money, z.number()]).default(0),
  name: z.string().default('Отстъпка'),
  code: z.string().nullable().default(null),
  /** Worked into the line prices; by default discounts with a code are (CloudCart API 5.7). */
  distributed: z.boolean().optional(),
  discountId: z.int().nullable().default(null),
});

/** A line to sell: by SKU, or free with a name and a price. */
export const lineInput = z.strictObject({
  sku: z.string(),
  quantity: quantity.default(1),
  price: money.optional(),
  vat: z.number().min(0).max(100).optional(),
  name: z.string().optional(),
  discount: discountInput.optional(),
  options: z
    .array(z.strictObject({ name: z.string(), value: z.string(), price: money.default(0) }))
    .default([]),
});

const addressInput = z.strictObject({
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  phone: z.string().optional(),
  company: z.string().optional(),
  eik: z.string().optional(),
  vat: z.string().optional(),
  mol: z.string().optional(),
  country: z.string().optional(),
  countryName: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  street: z.string().optional(),
  number: z.string().optional(),
  postCode: z.string().optional(),
  note: z.string().optional(),
});

/** Another delivery: what is not given stays. */
export const shippingChange = z.strictObject({
  provider: z.union([z.string(), z.int()]).optional(),
  price: money.optional(),
  courierPrice: money.optional(),
  insurance: money.optional(),
  vat: z.number().min(0).max(100).optional(),
  office: z.string().optional(),
});

/** What the buyer is charged for delivery and what the courier takes may differ (CloudCart API 4.5). */
const shippingInput = z.strictObject({
  provider: z.union([z.string(), z.int()]).default('econt'),
  price: money.default(0),
  courierPrice: money.optional(),
  insurance: money.default(0),
  vat: z.number().min(0).max(100).default(20),
  office: z.string().optional(),
});

/** An order to place; amounts that are not given come from the catalogue. */
export const placeInput = z.strictObject({
  preset: z.string().optional(),
  customer: z
    .strictObject({
      email: z.string().optional(),
      firstName: z.string().optional(),
      lastName: z.string().optional(),
      phone: z.string().optional(),
      guest: z.boolean().optional(),
    })
    .default({}),
  billing: addressInput.nullable().optional(),
  shippingAddress: addressInput.nullable().optional(),
  lines: z.array(lineInput).min(1),
  discounts: z.array(discountInput).default([]),
  fees: z.array(z.strictObject({ name: z.string(), amount: money })).default([]),
  modifications: z
    .array(z.strictObject({ name: z.string(), type: z.string().default('price_override'), amount: money }))
    .default([]),
  /** null: nothing is shipped. */
  shipping: shippingInput.nullable().optional(),
  payment: z.string().default('cod'),
  status: z.string().default('pending'),
  vatIncluded: z.boolean().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** Added to the total without any row that explains it: the shop's own rounding (CloudCart API 5.7). */
  rounding: money.default(0),
  note: z.string().nullable().default(null),
  draft: z.boolean().default(false),
  abandoned: z.boolean().default(false),
  /** When the order was placed, milliseconds since 1970; now when absent. */
  placedAt: z.int().optional(),
  /** No events: history that was there before anybody subscribed. */
  silent: z.boolean().default(false),
  /** Store that it is bought from, with Store Locations; the first active one when absent (CloudCart API 4.16). */
  store: z.int().optional(),
  /** How a bundle is sold (U-49); as the shop is switched when absent. */
  bundleLines: z.enum(['wrapper', 'single']).optional(),
  overrides: z
    .strictObject({
      order: verbatim,
      lines: z.array(verbatim),
      discounts: z.array(verbatim),
      taxes: z.array(verbatim),
      totals: z.array(verbatim),
      payment: verbatim,
      shipping: verbatim,
      shippingAddress: verbatim,
      billingAddress: verbatim,
    })
    .partial()
    .default({}),
});

/** An order as a control request describes it. */
export type PlaceInput = z.input<typeof placeInput>;
/** The same with everything filled in. */
export type PlaceOrder = z.output<typeof placeInput>;
/** A line to sell. */
export type LineInput = z.output<typeof lineInput>;
/** A discount to give. */
export type DiscountInput = z.output<typeof discountInput>;
/** An address as given. */
export type AddressInput = z.output<typeof addressInput>;
/** Delivery as given, or as changed. */
export type ShippingChange = z.output<typeof shippingChange>;
