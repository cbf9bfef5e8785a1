import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Metrics of one process. Names are given once and kept; labels hold ids and codes only. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    deliveries: new Counter({
      name: 'webhook_deliveries_total',
      help: 'Webhook deliveries by outcome and event',
      labelNames: ['outcome', 'event'],
      registers: [registry],
    }),
    hints: new Counter({
      name: 'order_hints_total',
      help: 'Signals sent to order workflows, by kind',
      labelNames: ['kind'],
      registers: [registry],
    }),
    relayBacklog: new Gauge({
      name: 'relay_last_round_timestamp_seconds',
      help: 'When the relay last finished a round',
      registers: [registry],
    }),
    passes: new Counter({
      name: 'order_passes_total',
      help: 'Finished passes over orders, by deed',
      labelNames: ['deed'],
      registers: [registry],
    }),
    duties: new Counter({
      name: 'connection_duties_total',
      help: 'Regular work of connections by kind and outcome',
      labelNames: ['duty', 'outcome'],
      registers: [registry],
    }),
    vendorCalls: new Histogram({
      name: 'vendor_call_seconds',
      help: 'Calls to the vendors by function and outcome',
      labelNames: ['vendor', 'call', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
