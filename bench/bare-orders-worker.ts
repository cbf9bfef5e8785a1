import { readFileSync } from 'node:fs';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { type BareActivities, BARE_QUEUE, REQUEST_BYTES } from './orders/bare-contract.ts';

/** Worker of the bare engine: steps that only make calls and statements, one after the other as a pass does. */
Runtime.install({ shutdownSignals: [] });
const vendor = process.env['VENDOR_URL'] ?? '';
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
pool.on('error', (error) => console.error(error.message));

const activities: BareActivities = {
  async bareStep(order, number, step) {
    const work = [
      ...Array.from({ length: step.shopCalls }, () => () => call('shop')),
      ...Array.from({ length: step.warehouseCalls }, () => () => call('warehouse')),
      ...Array.from({ length: step.reading }, () => read),
    ];
    for (const one of work) await one();
    for (let written = 0; written < step.writing; written += 1)
      await write(`${order}/${number}`, written + 1 === step.writing);
    return order;
  },
};

async function call(path: 'shop' | 'warehouse'): Promise<void> {
  const response = await fetch(`${vendor}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'x'.repeat(REQUEST_BYTES) }),
  });
  JSON.parse(await response.text());
}

async function read(): Promise<void> {
  await pool.query({ name: 'bare-read', text: 'select at from bare_write where id = $1', values: [1] });
}

async function write(step: string, last: boolean): Promise<void> {
  const values = [step, last];
  await pool.query({
    name: 'bare-write',
    text: 'insert into bare_write (step, last) values ($1, $2)',
    values,
  });
}

const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
const worker = await Worker.create({
  connection,
  taskQueue: BARE_QUEUE,
  workflowBundle: { code: readFileSync(process.env['WORKFLOW_BUNDLE'] ?? '', 'utf8') },
  activities: { ...activities },
  maxConcurrentActivityTaskExecutions: Number(process.env['WORKER_ACTIVITIES']),
  shutdownGraceTime: '5 seconds',
});
const running = worker.run();
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
const stop = (): void => {
  if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.stdin.on('end', stop).resume();
process.once('SIGTERM', stop);
await running;
await connection.close();
await pool.end();
process.exit(0);
