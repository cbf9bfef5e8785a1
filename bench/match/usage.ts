import { readFileSync } from 'node:fs';
import { cpuSeconds } from '../support/cpu.ts';
import type { World } from '../orders/world.ts';

/** What the parts have used so far. */
interface Used {
  readonly worker: number;
  readonly postgres: number;
}

/** Processor time and memory of the worker and of PostgreSQL. */
export class UsageOf {
  readonly #worker: number;
  readonly #postgres: number;

  constructor({ stack }: World) {
    this.#worker = stack.pidOf('worker') ?? Number.NaN;
    this.#postgres = stack.pidOf('postgres') ?? Number.NaN;
  }

  now(): Used {
    return { worker: cpuSeconds(this.#worker), postgres: cpuSeconds(this.#postgres) };
  }

  /** Memory of the worker in use now, MiB; NaN where there is no /proc. */
  memoryMiB(): number {
    if (process.platform !== 'linux') return Number.NaN;
    const status = readFileSync(`/proc/${this.#worker}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
  }
}

/** What a report took. */
export interface ReportCost {
  readonly variants: number;
  readonly items: number;
  readonly shopRequests: number;
  readonly warehouseRequests: number;
  readonly wallSeconds: number;
  readonly readWorkerSeconds: number;
  readonly readPostgresSeconds: number;
  readonly afterWorkerSeconds: number;
  readonly afterPostgresSeconds: number;
  readonly afterSeconds: number;
  readonly allSeconds: number;
  readonly extraMiB: number;
}

const LOOK_EVERY_MS = 50;

/** Watches a report: what it used until the last answer had come and was stored, and what from there to its end. */
export async function costOfReport(
  { pool }: World,
  usage: UsageOf,
  run: () => Promise<number>,
): Promise<ReportCost> {
  const began = performance.now();
  const [before, memory] = [usage.now(), usage.memoryMiB()];
  let last: Used | undefined;
  let most = memory;
  let over = false;
  const watching = (async () => {
    while (!over) {
      most = Math.max(most, usage.memoryMiB());
      const { rows } = await pool.query<{ read: boolean }>(
        `select state = 'running' and progress #>> '{shop,offset}' is null and progress #>> '{warehouse,cursor}' is null
           and progress is not null as read from match_report order by id desc limit 1`,
      );
      if (rows[0]?.read === true) last ??= usage.now();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();
  const report = await run();
  const wallSeconds = (performance.now() - began) / 1_000;
  const end = usage.now();
  over = true;
  await watching;
  const read = last ?? end;
  const { rows } = await pool.query<{
    figures: Pick<ReportCost, 'variants' | 'items' | 'shopRequests' | 'warehouseRequests'>;
  }>('select figures from match_report where id = $1', [report]);
  const { variants = 0, items = 0, shopRequests = 0, warehouseRequests = 0 } = rows[0]?.figures ?? {};
  const afterWorkerSeconds = end.worker - read.worker;
  const afterPostgresSeconds = end.postgres - read.postgres;
  return {
    ...{ variants, items, shopRequests, warehouseRequests, wallSeconds },
    readWorkerSeconds: read.worker - before.worker,
    readPostgresSeconds: read.postgres - before.postgres,
    ...{ afterWorkerSeconds, afterPostgresSeconds, afterSeconds: afterWorkerSeconds + afterPostgresSeconds },
    allSeconds: end.worker - before.worker + end.postgres - before.postgres,
    extraMiB: most - memory,
  };
}
