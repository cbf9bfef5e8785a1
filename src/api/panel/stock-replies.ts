import { z } from 'zod';
import { stockStates } from '../../db/queries/stock/stock-views.ts';

/** What the routes of the export answer. Quantities are decimal text, prices minor units. */
const time = z.iso.datetime({ offset: true });
const times = time.nullable();
const price = z.int().nullable();
const text = z.strictObject({ text: z.string(), mend: z.string() });

const sum = z
  .strictObject({
    /** What the shop should show, in its own units. */
    quantity: z.string(),
    /** The sum before the floor, in base units of the warehouse. */
    available: z.string(),
    terms: z.array(
      z.strictObject({
        /** `object`, `buffer`, or how an order counts. */
        kind: z.string(),
        /** Object or order. */
        about: z.string(),
        quantity: z.string(),
      }),
    ),
  })
  .nullable();

const row = {
  variant: z.string(),
  /** The variant's own figure is 0; stores of the shop have their ids. */
  store: z.int(),
  /** The storefront sells this figure. If not it is left alone; the price is written in any case. */
  sold: z.boolean(),
  name: z.string(),
  options: z.string(),
  sku: z.string(),
  barcode: z.string(),
  itemId: z.int(),
  state: z.enum(stockStates),
  wanted: z.string().nullable(),
  shown: z.string().nullable(),
  wantedPrice: price,
  shownPrice: price,
  refusedPrice: price,
  held: z.string().nullable(),
  why: z.strictObject({ bg: text, en: text }).nullable(),
  dirtySince: times,
  writtenAt: times,
  shopReadAt: times,
  sum,
  /** An order of it is announced and not read yet: the figure is not raised meanwhile. */
  ordersUnread: z.boolean(),
};

export const stockReply = z.strictObject({
  states: z.record(z.string(), z.int()),
  oldestUnsentAt: times,
  readStartedAt: times,
  pausedAt: times,
  pausedBy: z.string().nullable(),
  underWay: z.boolean(),
  stock: z.array(z.strictObject(row).meta({ id: 'StockRow' })),
  next: z.string().nullable(),
});

export const variantReply = z.strictObject({
  ...row,
  writes: z.array(
    z.strictObject({
      at: time,
      quantity: z.string().nullable(),
      delta: z
        .int()
        .nullable()
        .describe('Added to what the shop had, so that it should show `quantity`; null: it was set'),
      price,
      outcome: z.enum(['done', 'refused', 'unknown']),
      said: z.string().nullable(),
    }),
  ),
});

export const cyclesReply = z.strictObject({
  cycles: z.array(
    z.strictObject({
      id: z.int(),
      askedBy: z.string(),
      state: z.enum(['running', 'finished', 'stopped', 'abandoned']),
      reason: z.string().nullable(),
      startedAt: time,
      finishedAt: times,
      figures: z.record(z.string(), z.unknown()),
    }),
  ),
});

export const findingsReply = z.strictObject({
  findings: z.array(
    z.strictObject({
      id: z.int(),
      code: z.string(),
      scope: z.string(),
      evidence: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
      state: z.enum(['open', 'accepted', 'rejected', 'over']),
      foundAt: time,
      seenAt: time,
      decidedAt: times,
      decidedBy: z.string().nullable(),
      reason: z.string().nullable(),
      bg: text.optional(),
      en: text.optional(),
    }),
  ),
});

export const doneReply = z.strictObject({ done: z.literal(true) });
export const pausedReply = z.strictObject({ paused: z.boolean() });
