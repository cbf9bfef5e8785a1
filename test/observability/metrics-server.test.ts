import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';
import { serveMetrics } from '../../src/observability/metrics-server.ts';

it('a process without a door of its own shows its health and its metrics', async () => {
  const metrics = createMetrics();
  metrics.passes.inc({ deed: 'sold' });
  const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = await (await fetch(`${url}/metrics`)).text();
  const status = async (path: string): Promise<number> => (await fetch(`${url}${path}`)).status;
  expect(text).toContain('order_passes_total{deed="sold"} 1');
  expect(await Promise.all(['/health', '/else'].map(status))).toEqual([200, 404]);
  server.close();
});
