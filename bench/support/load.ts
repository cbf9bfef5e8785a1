import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import autocannon from 'autocannon';

/** What a run of requests showed. */
export interface Load {
  readonly perSecond: number;
  readonly ok: number;
  /** Answers other than 200, refused connections and time-outs. */
  readonly failed: number;
}

export interface PacedLoad extends Load {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: () => string;
  readonly seconds: number;
  readonly connections: number;
}

/** Posts bodies to one URL for `seconds`, as fast as the answers come. */
export async function postFlatOut(options: LoadOptions): Promise<Load> {
  const started = performance.now();
  const result = await autocannon({
    url: options.url,
    method: 'POST',
    headers: options.headers,
    connections: options.connections,
    duration: options.seconds,
    timeout: 10,
    requests: [{ setupRequest: (request) => ({ ...request, body: options.body() }) }],
  });
  const ok = result['2xx'];
  const seconds = (performance.now() - started) / 1_000;
  return { perSecond: ok / seconds, ok, failed: result.errors + result.non2xx };
}

/**
 * Posts at a constant rate, one request every 1/rate second whether or not the last was answered: a shop does not
 * wait for us. Each latency counts from the moment at which the request was due, so a stall shows in all of them.
 * (autocannon sends a second's requests in one burst and is silent for the rest of the second.)
 */
export async function postAtRate(options: LoadOptions, perSecond: number): Promise<PacedLoad> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  let failed = 0;
  const started = performance.now();
  for (let sent = 0; sent < options.seconds * perSecond; sent += 1) {
    const due = started + (sent * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const one = postOnce(options, agent).then((status) => {
      latencies.push(performance.now() - due);
      if (status !== 200) failed += 1;
      underWay.delete(one);
    });
    underWay.add(one);
  }
  await Promise.all(underWay);
  agent.destroy();
  latencies.sort((left, right) => left - right);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  const ok = latencies.length - failed;
  const seconds = (performance.now() - started) / 1_000;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), perSecond: ok / seconds, ok, failed };
}

/** Status of the answer; 0 when there is none within 10 s. */
function postOnce({ url, headers, body }: LoadOptions, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const text = body();
    const length = { 'content-length': Buffer.byteLength(text) };
    const call = request(url, { method: 'POST', agent, timeout: 10_000, headers: { ...headers, ...length } });
    call.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(0));
    call.end(text);
  });
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1_024;
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;
}
