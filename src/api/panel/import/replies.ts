import { z } from 'zod';

/** What the routes of imports answer. Strict: the tests fail an answer that holds more or less. */
const time = z.iso.datetime({ offset: true });
const count = z.int().min(0);
const texts = z.strictObject({ bg: z.string(), en: z.string() });
const counts = z.record(z.string(), count);

export const progressReply = z.strictObject({
  state: z.enum(['planning', 'preview', 'running', 'paused', 'finished', 'cancelled', 'discarded']),
  total: count,
  done: count,
  failed: count,
  left: count,
  /** Rows a minute, as of the last minute; null: nothing to measure. */
  ratePerMinute: z.number().nullable(),
  /** Seconds until the end at this rate; null: not known. */
  secondsLeft: z.number().nullable(),
});

const runFields = {
  id: z.int(),
  kind: z.enum(['import', 'undo']),
  undoOf: z.int().nullable(),
  state: progressReply.shape.state,
  report: z.int().nullable(),
  problem: z.string().nullable(),
  batches: count.nullable(),
  createdBy: z.string(),
  createdAt: time,
  startedBy: z.string().nullable(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
};

export const runsReply = z.strictObject({ runs: z.array(z.strictObject(runFields)) });

export const runReply = z.strictObject({
  ...runFields,
  progress: progressReply,
  byAction: counts,
  byOutcome: counts,
  byReason: counts,
  /** Measures to choose from, as found on items; micro.bg lists them nowhere. */
  measures: z.array(z.strictObject({ id: z.int(), name: z.string(), uses: count })),
  vatRates: z.array(z.string()),
  reminder: texts,
  /** What can be done with the run now. */
  actions: z.array(z.enum(['start', 'pause', 'resume', 'cancel', 'undo'])),
});

export const rowsReply = z.strictObject({
  rows: z.array(
    z.strictObject({
      variant: z.string(),
      sku: z.string(),
      name: z.string(),
      action: z.enum(['create', 'update', 'link', 'skip', 'delete', 'restore', 'unlink']),
      selected: z.boolean(),
      reason: z.string().nullable(),
      why: texts.nullable(),
      notes: z.array(z.strictObject({ code: z.string(), ...texts.shape })),
      vat: z.string().nullable(),
      measureId: z.int().nullable(),
      groupId: z.int().nullable(),
      price: z.string().nullable(),
      changes: z.array(
        z.strictObject({ field: z.enum(['name', 'barcode']), before: z.string(), after: z.string() }),
      ),
      itemId: z.int().nullable(),
      state: z.enum(['planned', 'done', 'failed', 'left']),
      outcome: z.string().nullable(),
      result: texts.nullable(),
      error: z.string().nullable(),
      doneAt: time.nullable(),
    }),
  ),
  next: z.string().nullable(),
});

export const createdReply = z.strictObject({ id: z.int() });
export const changedReply = z.strictObject({ changed: count });
export const startedReply = z.strictObject({ rows: count });
export const doneReply = z.strictObject({ done: z.literal(true) });
