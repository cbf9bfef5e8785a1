import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderWorkflowId } from '../../../src/workflows/order/contract.ts';
import { waitUntil } from '../../../tools/local/process.ts';
import { textOf } from '../../workflows/recorded.ts';
import { type RunningStack, startRunningStack } from '../../chaos/running-stack.ts';

/** What an operator does over HTTP, through the order's workflow, with every part of the product running. */
const CONNECTION = 'actions';
let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack();
  await running.connect(CONNECTION);
  await running.subscribe(CONNECTION);
}, 120_000);
afterAll(() => running?.stop());

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function ask(path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${running.stack.apiUrl}/api/orders/${CONNECTION}/${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${running.stack.apiToken}`,
    },
  });
  return { status: response.status, body: await response.json() };
}

const act = (id: string, body: object) => ask(`${id}/actions`, { reason: 'test', ...body });

async function reaches(id: string, state: string): Promise<void> {
  await waitUntil(`order ${id} ${state}`, async () => (await ask(id)).body.state === state);
}

async function place(changes: object = {}): Promise<string> {
  const { id } = await running.shop.post<{ id: number }>('/orders', {
    lines: [{ sku: 'CUP-01' }],
    shipping: { provider: 'econt', price: '4.80' },
    payment: 'cod',
    ...changes,
  });
  return String(id);
}

/** An order whose document staff changed; it asks what is right. */
async function asking(): Promise<{ id: string; warehouseId: number }> {
  const id = await place();
  await reaches(id, 'ordered');
  const [{ warehouseId }] = (await ask(id)).body.documents;
  await running.warehouse.send('PATCH', `/operations/${warehouseId}`, { Note: 'чака склад' });
  await running.shop.post(`/orders/${id}/pay`, { by: 'merchant' });
  await reaches(id, 'conflict');
  return { id, warehouseId };
}

describe('an operator', () => {
  it('answers a question: it is offered in both languages, and the order goes on', async () => {
    const { id } = await asking();
    const offered = (await ask(id)).body.actions.find((one: { action: string }) => one.action === 'answer');
    expect(offered).toMatchObject({ question: 'document_changed_by_staff', possible: true });
    expect(offered.answers.map((one: { answer: string }) => one.answer)).toEqual([
      'overwrite',
      'leave_alone',
    ]);
    const given = { action: 'answer', question: offered.question, answer: 'overwrite', requestId: 'first' };
    expect(await act(id, given)).toEqual({ status: 200, body: { requestId: 'first', done: true } });
    await reaches(id, 'sold');
    // The same request again is answered as the first time, and does nothing, although nothing is asked any more.
    expect((await act(id, given)).status).toBe(200);
    expect((await act(id, { ...given, requestId: 'second' })).body).toMatchObject({
      status: 409,
      code: 'not_asked',
    });
    expect((await act(id, { action: 'retry', requestId: 'first' })).body.code).toBe('request_id_used');
    const { entries } = (await ask(`${id}/timeline`)).body;
    const told = entries.filter((one: { kind: string }) => one.kind === 'operator');
    expect(told.map((one: { data: unknown }) => one.data)).toEqual([
      {
        action: 'answer',
        question: 'document_changed_by_staff',
        answer: 'overwrite',
        by: 'token:local',
        reason: 'test',
      },
    ]);
  });

  it('leaves an order alone and takes that back, also when no workflow runs for it any more', async () => {
    const { id } = await asking();
    await act(id, { action: 'ignore' });
    await reaches(id, 'ignored');
    const workflow = running.temporal.workflow.getHandle(
      orderWorkflowId({ connection: CONNECTION, shopOrderId: id }),
    );
    await waitUntil(
      'the end of the run',
      async () => (await workflow.describe()).status.name === 'COMPLETED',
    );
    expect((await act(id, { action: 'ignore' })).body.code).toBe('left_alone_already');
    expect(await act(id, { action: 'unignore' })).toMatchObject({ status: 200 });
    await reaches(id, 'conflict');
  });

  it('retries: a blocked order is looked at at once', async () => {
    const id = await place({ lines: [{ sku: 'NOT-YET', name: 'Още я няма', price: '3.00' }] });
    await reaches(id, 'blocked');
    await running.warehouse.post('/items', { items: [{ Code: 'NOT-YET' }] });
    expect(await act(id, { action: 'retry' })).toMatchObject({ status: 200 });
    await reaches(id, 'ordered');
    expect((await act(id, { action: 'retry' })).body.code).toBe('not_blocked');
  });

  it('a request that makes no sense is refused by field, and leaves nothing behind', async () => {
    const { id } = await asking();
    const question = 'document_changed_by_staff';
    const wrong: [object, string][] = [
      [{ action: 'explode' }, 'body.action'],
      [{ action: 'answer', answer: 'overwrite' }, 'body.question'],
      [{ action: 'answer', question }, 'body.answer'],
      [{ action: 'answer', question, answer: 'burn' }, 'body.answer'],
      [{ action: 'retry', question }, 'body.question'],
      [{ action: 'retry', reason: '' }, 'body.reason'],
      [{ action: 'retry', requestId: 'a b' }, 'body.requestId'],
    ];
    for (const [body, field] of wrong) {
      const { status, body: failure } = await act(id, body);
      expect({ status, fields: Object.keys(failure.fields) }).toEqual({ status: 400, fields: [field] });
    }
    expect((await act('99999999', { action: 'retry' })).body.code).toBe('unknown_order');
    const { rows } = await running.pool.query('select 1 from operator_action where shop_order_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('names of operators and their reasons stay out of Temporal', async () => {
    const { id } = await asking();
    await act(id, { action: 'ignore', reason: 'Радостина се обади' });
    await reaches(id, 'ignored');
    const workflow = running.temporal.workflow.getHandle(
      orderWorkflowId({ connection: CONNECTION, shopOrderId: id }),
    );
    const history = textOf(await workflow.fetchHistory());
    expect(history).toContain('"action":"ignore"');
    expect(history).not.toContain('token:local');
    expect(history).not.toContain('Радостина');
  });
});
