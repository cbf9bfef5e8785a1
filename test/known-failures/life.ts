import { deepEqual, equal } from 'node:assert/strict';
import { waitUntil } from '../../tools/local/process.ts';
import { everDoubled } from '../../tools/chaos/verdict.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import { type SeenDocument, documentsOfOrder } from '../support/emulators.ts';

/** What the documents of an order are called here. */
export const ORDER = 19;
export const SALE = 2;
export const CLAIM = 34;

/** Long enough on a busy machine. */
const WITHIN = { timeoutMs: 60_000, everyMs: 50 };

interface ShopOrder {
  readonly id: number;
  readonly total: number;
}

/** The whole product, and the people who use it: what buyers and merchants do, and what then stands in the warehouse. */
export class Life {
  readonly running: RunningStack;
  readonly connection: string;

  private constructor(running: RunningStack, connection: string) {
    this.running = running;
    this.connection = connection;
  }

  /** Everything started, one shop subscribed and connected. */
  static async start(connection: string, changes: Readonly<Record<string, string>> = {}): Promise<Life> {
    const running = await startRunningStack(changes);
    await running.connect(connection);
    await running.subscribe(connection);
    return new Life(running, connection);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** A buyer orders a cup with delivery, cash on delivery, or what the test says. */
  async place(order: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { id } = await this.running.shop.post<ShopOrder>('/orders', {
      lines: [{ sku: 'CUP-01', quantity: 1 }],
      shipping: { provider: 'econt', price: '4.80' },
      payment: 'cod',
      ...order,
    });
    return String(id);
  }

  /** The merchant, the courier or the gateway does something to an order. */
  async act(orderId: string, action: string, body: object = {}): Promise<void> {
    await this.running.shop.post(`/orders/${orderId}/${action}`, body);
  }

  async total(orderId: string): Promise<number> {
    return (await this.running.shop.get<ShopOrder>(`/orders/${orderId}`)).total;
  }

  documents(orderId: string): Promise<SeenDocument[]> {
    return documentsOfOrder(this.running.warehouse, orderId);
  }

  /** Waits until exactly these documents of an order stand, each over the shop's total, and were never doubled. */
  async becomes(orderId: string, types: readonly number[]): Promise<SeenDocument[]> {
    const total = await this.total(orderId);
    const wanted = types.map((type) => `${type}: ${total}`).join(', ');
    let documents: SeenDocument[] = [];
    const seen = (): string =>
      documents.map(({ type, lineGross }) => `${type}: ${Math.round(lineGross * 100)}`).join(', ');
    await waitUntil(
      `order ${orderId}`,
      async () => {
        documents = await this.documents(orderId);
        return seen() === wanted;
      },
      WITHIN,
    ).catch(() => equal(seen(), wanted));
    deepEqual(await everDoubled(this.running.warehouse), []);
    return documents;
  }

  /** Waits until every delivery about an order was answered by a look at the shop, and no delivery is on its way. */
  async handled(orderId: string, deliveries: number): Promise<void> {
    await waitUntil(
      `the deliveries of order ${orderId}`,
      async () => {
        const rows = await this.deliveries(orderId);
        return rows.length >= deliveries && rows.every(({ closed }) => closed);
      },
      WITHIN,
    );
  }

  /** What the gateway stored about an order, in the order of its coming. */
  async deliveries(
    orderId: string,
  ): Promise<readonly { event: string; closed: boolean; body: string; receivedAt: Date }[]> {
    const { rows } = await this.running.pool.query<{
      event: string;
      closed: boolean;
      body: Buffer;
      receivedAt: Date;
    }>(
      `select event, closed_at is not null as closed, body, received_at as "receivedAt"
       from webhook_delivery where entity_id = $1 order by id`,
      [orderId],
    );
    return rows.map((row) => ({ ...row, body: row.body.toString('utf8') }));
  }

  /** Codes of the open problems of an order. */
  async problems(orderId: string): Promise<readonly string[]> {
    const { rows } = await this.running.pool.query<{ code: string }>(
      'select code from problem where shop_order_id = $1 and resolved_at is null order by code',
      [orderId],
    );
    return rows.map(({ code }) => code);
  }

  /** Waits until an order is blocked by exactly this. */
  async blockedBy(orderId: string, code: string): Promise<void> {
    let codes: readonly string[] = [];
    await waitUntil(
      `order ${orderId} blocked by ${code}`,
      async () => {
        codes = await this.problems(orderId);
        return codes.join() === code;
      },
      WITHIN,
    ).catch(() => deepEqual(codes, [code]));
  }

  /** Waits until a problem of an order is over. */
  async freeOf(orderId: string, code: string): Promise<void> {
    const over = async (): Promise<boolean> => !(await this.problems(orderId)).includes(code);
    await waitUntil(`order ${orderId} free of ${code}`, over, WITHIN);
  }

  /** Every create, edit and delete that the warehouse ever saw of an order. */
  async writes(orderId: string): Promise<readonly string[]> {
    const { history } = await this.running.warehouse.get<{
      history: { action: string; type: number; note: string }[];
    }>('/history');
    return history
      .filter(({ note }) => note.startsWith(`CloudCart #${orderId}`))
      .map(({ action, type }) => `${action} ${type}`);
  }
}
