import { z } from 'zod';

/**
 * What the routes answer, for the OpenAPI document. Strict: the tests fail an answer that holds more or less than is
 * said here. Times are ISO 8601, totals minor units.
 */

const time = z.iso.datetime({ offset: true });
const times = time.nullable();
const count = z.int().min(0);
const parameters = z.record(z.string(), z.union([z.string(), z.number()]));

/** What is wrong or asked, and the way to mend it, for people. */
const text = z.strictObject({ text: z.string(), mend: z.string() });
/** Both languages; missing where the code is of another version. */
const texts = { bg: text.optional(), en: text.optional() };

const alarm = z
  .strictObject({ code: z.string(), params: parameters, ...texts, since: times })
  .meta({ id: 'Alarm' });
const mode = z.enum(['off', 'observe', 'live']);

const figures = {
  id: z.string(),
  name: z.string(),
  mode,
  stoppedReason: z.string().nullable(),
  ledgerReason: z.string().nullable(),
  orders: count,
  documented: count,
  withoutDocument: count,
  waiting: count,
  blocked: count,
  conflict: count,
  difference: count,
  unknownDocuments: count,
  oldestWaitingAt: times,
  lastOrderAt: times,
  lastReadAt: times,
  lastDeliveryAt: times,
  lastSweepAt: times,
  lastWatchdogAt: times,
  lastVerificationAt: times,
  lastExportAt: times,
  exportPaused: z.boolean(),
  exportFindings: count,
  webhooksWanted: z.boolean(),
  webhooksOff: count,
  webhookRepairs: count,
};

export const connectionsReply = z.strictObject({
  connections: z.array(z.strictObject({ ...figures, alarms: z.array(alarm) })),
});

export const completenessReply = z.strictObject({
  ...figures,
  now: time,
  alarmAfterMinutes: z.record(z.string(), z.number().nullable()),
  alarms: z.array(alarm),
  past: z.array(
    z.strictObject({ code: z.string(), params: parameters, ...texts, since: time, clearedAt: time }),
  ),
});

export const webhooksReply = z
  .strictObject({
    mode,
    wanted: z.boolean().nullable(),
    publicUrl: z.string().nullable(),
    askedBy: z.string().nullable(),
    askedAt: times,
    doneAt: times,
    webhooks: z.array(
      z.strictObject({
        event: z.string(),
        active: z.boolean(),
        checkedAt: time,
        repairs: count,
        lastDeliveryAt: times,
      }),
    ),
  })
  .meta({ id: 'Webhooks' });

const orderRow = {
  connection: z.string(),
  order: z.string(),
  state: z.string(),
  shopStatus: z.string().nullable(),
  total: z.int().nullable(),
  currency: z.string().nullable(),
  lastReadAt: times,
  dueAt: times,
  updatedAt: z.string(),
};
const states = z.record(z.string(), count);

export const ordersReply = z.strictObject({
  orders: z.array(z.strictObject({ ...orderRow, problems: z.array(z.string()) }).meta({ id: 'OrderRow' })),
  next: z.string().nullable(),
  states,
});

const action = z.strictObject({
  action: z.enum(['retry', 'ignore', 'unignore', 'answer']),
  possible: z.boolean(),
  why: z.string().nullable(),
  question: z.string().optional(),
  answers: z.array(z.strictObject({ answer: z.string(), bg: z.string(), en: z.string() })).optional(),
});

export const orderReply = z
  .strictObject({
    ...orderRow,
    mode,
    stoppedReason: z.string().nullable(),
    documents: z.array(
      z.strictObject({
        kind: z.string(),
        generation: z.int(),
        state: z.string(),
        extId: z.int(),
        warehouseId: z.int().nullable(),
        number: z.string().nullable(),
        gross: z.int().nullable(),
        postedDiffers: z.unknown(),
        conflict: z.string().nullable(),
        updatedAt: time,
      }),
    ),
    answers: z.array(z.strictObject({ question: z.string(), answer: z.string(), at: time })),
    problems: z.array(
      z.strictObject({
        code: z.string(),
        severity: z.enum(['blocking', 'info']),
        since: time,
        params: parameters,
        ...texts,
      }),
    ),
    actions: z.array(action),
    workflowId: z.string(),
  })
  .meta({ id: 'Order' });

export const doneReply = z.strictObject({ requestId: z.string(), done: z.literal(true) });

export const timelineReply = z.strictObject({
  entries: z.array(
    z.strictObject({
      at: time,
      kind: z.string(),
      data: z.record(z.string(), z.unknown()),
      before: z.unknown(),
    }),
  ),
});

export const bundleReply = z.strictObject({
  format: z.string(),
  madeAt: time,
  order: z.record(z.string(), z.unknown()),
  timeline: z.array(z.unknown()),
  decisions: z.array(z.unknown()),
  workflow: z.record(z.string(), z.unknown()),
});

export const attentionReply = z.strictObject({
  groups: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['blocking', 'info']),
      orders: count,
      oldest: time,
      first: z.array(
        z.strictObject({
          connection: z.string(),
          order: z.string(),
          since: time,
          params: parameters,
          ...texts,
        }),
      ),
    }),
  ),
});

export const retriedReply = z.strictObject({ retried: count });

const reconciliation = {
  id: z.int(),
  state: z.string(),
  askedBy: z.string(),
  askedAt: time,
  startedAt: times,
  finishedAt: times,
  figures: z.record(z.string(), z.unknown()).nullable(),
};

export const reconciliationsReply = z.strictObject({
  reconciliations: z.array(z.strictObject(reconciliation)),
});
export const askedReply = z.strictObject({ id: z.int() });
export const reconciliationReply = z.strictObject({
  ...reconciliation,
  differences: z.array(
    z.strictObject({
      kind: z.string(),
      shopOrderId: z.string(),
      warehouseId: z.int().nullable(),
      warehouseNumber: z.string().nullable(),
      expected: z.string(),
      found: z.string(),
    }),
  ),
});

const lines = z.array(z.strictObject({ itemId: z.int(), quantity: z.string() }));

export const comparisonReply = z.strictObject({
  orders: z.array(
    z.strictObject({
      order: z.string(),
      state: z.string().nullable(),
      intended: z.strictObject({ kind: z.string(), total: z.int(), lines }).nullable(),
      foreign: z
        .strictObject({
          warehouseId: z.int(),
          type: z.int(),
          number: z.string().nullable(),
          gross: z.int().nullable(),
          lines,
        })
        .nullable(),
      verdict: z.enum(['same', 'differs', 'only_ours', 'only_theirs']),
      differences: z.array(z.string()),
    }),
  ),
  counts: states,
  next: z.string().nullable(),
});
