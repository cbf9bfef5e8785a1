import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';

/** What the life of an order costs both vendors, counted by their own logs. */
const CONNECTION = 'cost';
let running: RunningStack;
beforeAll(async () => {
  // As in production: passes of one order start at least so far apart, and a hint is repeated after a minute.
  running = await startRunningStack({ PASS_SPACING_MS: '1200', RELAY_RESEND_MS: '60000' });
  await running.connect(CONNECTION);
}, 120_000);
afterAll(() => running?.stop());

interface Logged {
  readonly seq: number;
  readonly function?: string;
  readonly method?: string;
  readonly path?: string;
}

/** Calls of one side since the last look. */
function counter(side: 'shop' | 'warehouse'): () => Promise<string[]> {
  let last = 0;
  return async () => {
    const { requests } = await running[side].get<{ requests: Logged[] }>(`/requests?since=${last}`);
    last = requests.at(-1)?.seq ?? last;
    return requests.map((one) => one.function ?? `${one.method} ${one.path?.split('?')[0]}`);
  };
}

async function place(): Promise<string> {
  const { id } = await running.shop.post<{ id: number }>('/orders', {
    lines: [{ sku: 'CUP-01' }, { sku: 'PEN-1' }],
    shipping: { provider: 'econt', price: '4.80' },
    payment: 'cod',
  });
  return String(id);
}

/** Waits until every delivery of an order was answered by a read. */
function quiet(id: string, state: string): Promise<void> {
  return waitUntil(`order ${id} ${state} and nothing open`, async () => {
    const { rows } = await running.pool.query(
      `select 1 from shop_order o where shop_order_id = $1 and state = $2 and lease_until = '-infinity'
         and not exists (select 1 from webhook_delivery where entity_id = $1 and closed_at is null)`,
      [id, state],
    );
    return rows.length === 1;
  });
}

describe('what an order costs', () => {
  it('ten webhooks of one order within a second cost at most two reads of the shop', async () => {
    const id = await place();
    const shop = counter('shop');
    await shop();
    await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        running.deliver(CONNECTION, at === 0 ? 'order.created' : 'order.updated', id),
      ),
    );
    await quiet(id, 'ordered');
    const reads = (await shop()).filter((call) => call === `GET /api/v2/orders/${id}`);
    expect(reads.length).toBeGreaterThanOrEqual(1);
    expect(reads.length).toBeLessThanOrEqual(2);
  });

  it('an edit costs one read of the shop and one write of the warehouse', async () => {
    const id = await place();
    await running.deliver(CONNECTION, 'order.created', id);
    await quiet(id, 'ordered');
    const [shop, warehouse] = [counter('shop'), counter('warehouse')];
    await running.shop.post(`/orders/${id}/edit`, { lines: { add: [{ sku: 'PEN-1' }] } });
    await shop();
    await warehouse();
    await running.deliver(CONNECTION, 'order.updated', id);
    await quiet(id, 'ordered');
    // A sweep or a verification may look at the same time: they read lists, and write nothing.
    expect((await shop()).filter((call) => call.includes(id))).toEqual([`GET /api/v2/orders/${id}`]);
    expect((await warehouse()).filter((name) => !name.startsWith('get'))).toEqual(['saveOperation']);
  });
});
