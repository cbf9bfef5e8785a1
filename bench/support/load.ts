import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import autocannon from 'autocannon';

/** What a run of requests showed. Latencies in milliseconds. */
export interface Load {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly perSecond: number;
  readonly ok: number;
  /** Answers other than 200, refused connections and time-outs. */
  readonly failed: number;
}

/**
 * Posts bodies to one URL for `seconds`: at `perSecond`, or as fast as the answers come. autocannon corrects the
 * latencies of a constant rate for requests that had to wait for a late answer (coordinated omission).
 */
export async function post(options: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: () => string;
  readonly seconds: number;
  readonly connections: number;
  readonly perSecond?: number;
}): Promise<Load> {
  const started = performance.now();
  const result = await autocannon({
    url: options.url,
    method: 'POST',
    headers: options.headers,
    connections: options.connections,
    duration: options.seconds,
    timeout: 10,
    ...(options.perSecond === undefined ? {} : { overallRate: options.perSecond }),
    requests: [{ setupRequest: (request) => ({ ...request, body: options.body() }) }],
  });
  const seconds = (performance.now() - started) / 1_000;
  const { latency, errors, non2xx } = result;
  const ok = result['2xx'];
  return {
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    perSecond: ok / seconds,
    ok,
    failed: errors + non2xx,
  };
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1_024;
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;
}
