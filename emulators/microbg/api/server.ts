import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../support/http.ts';
import type { Ring } from '../../support/request-log.ts';
import type { Faults } from '../faults.ts';
import { Refusal } from '../refusal.ts';
import type { Warehouse } from '../warehouse.ts';
import { type Applied, failed, htmlAnswer, type Outcome, writeEnvelope } from './envelope.ts';
import { readForm } from './form.ts';
import type { Held } from './held.ts';
import { misbehave } from './misbehave.ts';
import { serveInvoice } from './invoice-pdf.ts';
import { findsNothing, perform, type VerifiedCall, verifyCall } from './perform.ts';
import type { RateLimiter } from './rate-limit.ts';
import { redact } from './redact.ts';
import { send } from './send.ts';

/** A call as the operator of the emulator sees it; signatures and secrets are never kept. */
export interface LoggedCall {
  readonly at: number;
  readonly apiId: string;
  readonly company: string;
  readonly function: string;
  readonly parameters: unknown;
  readonly functionData: unknown;
  /** `ok`, `refused`, the fault it met, or `open` as long as it has none. */
  outcome: string;
  errors: readonly string[];
  ms: number;
}

/** What the API works with. */
export interface ApiContext {
  readonly warehouse: Warehouse;
  readonly faults: Faults;
  readonly held: Held;
  readonly limiter: RateLimiter;
  readonly requests: Ring<LoggedCall>;
  readonly path: string;
  /** `http://host:port` of the API. */
  readonly origin: () => string;
}

/** How long an upsert takes between looking and writing (switch `doubleUpsert`). */
const LOOK_TO_WRITE_MS = 40;

/** Answers the entry point and the links to invoices (micro.bg API 1, E-1). */
export function createApi(context: ApiContext) {
  const entry = context.path.replace(/\/$/, '');
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now();
    const [path = '/'] = (request.url ?? '/').split('?');
    if (path.startsWith('/createPDF/')) return serveInvoice(context.warehouse, path, response);
    if (path !== entry && path !== `${entry}/`) return send(response, htmlAnswer(404, '404 Not Found'));
    const body = await readBody(request);
    const refuse = (error: string): void =>
      send(response, writeEnvelope(failed(error), context.warehouse.switches));
    if (request.method !== 'POST') return refuse('_EMU_METHOD_NOT_ALLOWED');
    const form = readForm(body, request.headers['content-type'] ?? '');
    try {
      await meet(context, verifyCall(context.warehouse, form), response, started);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { errors } = error;
      const unread = { function: '', parameters: null, functionData: null };
      const logged = { at: context.warehouse.clock.now(), apiId: form.apiId, company: '', ...unread };
      context.requests.add({ ...logged, outcome: 'refused', errors, ms: since(started) });
      refuse(errors[0] ?? '');
    }
  };
}

/** A verified call meets latency, limit and fault before it is carried out. */
async function meet(
  context: ApiContext,
  verified: VerifiedCall,
  response: ServerResponse,
  started: number,
): Promise<void> {
  const { warehouse, faults, held } = context;
  const { switches } = warehouse;
  const { apiId } = verified.registration.application;
  const entry = context.requests.add(logged(warehouse, verified));
  const finish = (result: string): void => {
    entry.outcome = result;
    entry.ms = since(started);
  };
  const answer = (outcome: Outcome): Applied => {
    entry.errors = outcome.errors;
    return { outcome, written: writeEnvelope(outcome, switches) };
  };
  const assumeNew = switches.doubleUpsert && findsNothing(warehouse, verified);
  const apply = (): Applied => answer(perform(warehouse, verified, context.origin(), assumeNew));
  if (switches.latencyMs > 0) await pause(switches.latencyMs);
  if (!context.limiter.passes(apiId, switches.rateLimitPerMinute, warehouse.clock.now())) {
    const tooMany = htmlAnswer(429, '429 Too Many Requests');
    const { written } = answer(failed('_EMU_RATE_LIMIT'));
    send(response, switches.rateLimitAnswer === 'http429' ? tooMany : written);
    return finish('rate limit');
  }
  const fault = faults.take(verified.functionName, apiId);
  if (fault !== undefined) {
    const { parameters, functionData } = entry;
    const call = { function: verified.functionName, apiId, parameters, functionData };
    return misbehave({ fault, call, apply, response, held, switches, finish });
  }
  if (assumeNew) await pause(LOOK_TO_WRITE_MS);
  const { outcome, written } = apply();
  send(response, written);
  finish(outcome.ok ? 'ok' : 'refused');
}

function logged(warehouse: Warehouse, verified: VerifiedCall): LoggedCall {
  return {
    at: warehouse.clock.now(),
    apiId: verified.registration.application.apiId,
    company: verified.registration.company.key,
    function: verified.functionName,
    parameters: redact(verified.parameters),
    functionData: redact(verified.data),
    outcome: 'open',
    errors: [],
    ms: 0,
  };
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 100) / 100;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
