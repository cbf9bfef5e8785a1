import { z } from 'zod';
import { matchNotes, matchStates } from '../../../domain/catalogue/match-states.ts';

/** What the routes of the match report answer. Times are ISO 8601, prices of the shop minor units. */

const time = z.iso.datetime({ offset: true });
const count = z.int().min(0);
const state = z.enum(matchStates);
const note = z.enum(matchNotes);

const report = {
  id: count,
  askedBy: z.string(),
  askedAt: time,
  startedAt: time.nullable(),
};

export const startedReply = z.strictObject({
  report: count,
  /** False: one was under way, and is the one that is meant. */
  fresh: z.boolean(),
});

export const reportReply = z.strictObject({
  /** The one that everybody reads; null: there is none yet. */
  current: z
    .strictObject({
      ...report,
      finishedAt: time,
      /** Nothing that we heard of changed since it began. */
      fresh: z.boolean(),
      variants: count,
      items: count,
      shopRequests: count,
      warehouseRequests: count,
      states: z.array(
        z.strictObject({
          ...{ state, count, bg: z.string(), en: z.string(), mendBg: z.string(), mendEn: z.string() },
        }),
      ),
      notes: z.array(z.strictObject({ note, count, bg: z.string(), en: z.string() })),
      /** Against the report before; null: it is the first one. */
      changes: z.strictObject({ changed: count, appeared: count, vanished: count }).nullable(),
    })
    .nullable(),
  underWay: z
    .strictObject({
      ...report,
      stage: z.enum(['waiting', 'shop', 'warehouse', 'compare']),
      variants: count,
      variantsInShop: count.nullable(),
      items: count,
    })
    .nullable(),
});

const side = z.strictObject({
  ...{ id: count, code: z.string(), barcode: z.string(), name: z.string(), taxRate: z.string() },
  price: z.string().nullable(),
});

export const rowsReply = z.strictObject({
  rows: z.array(
    z.strictObject({
      row: z.string(),
      state,
      notes: z.array(note),
      previous: state.nullable(),
      changed: z.boolean(),
      matchedBy: z.enum(['code', 'barcode', 'extra_code', 'manual', 'import']).nullable(),
      ratio: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
      shop: z
        .strictObject({
          productId: count,
          ...{ name: z.string(), options: z.string(), sku: z.string(), barcode: z.string() },
          price: z.int().nullable(),
          quantity: z.string().nullable(),
        })
        .nullable(),
      item: side.nullable(),
      suggestedItem: side.nullable(),
    }),
  ),
  /** Cursor of the next page; null: this is the last one. */
  next: z.string().nullable(),
});

export const acceptedReply = z.strictObject({ linked: count });

export const doneReply = z.strictObject({ done: z.literal(true) });
