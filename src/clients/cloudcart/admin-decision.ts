import { type Decision, type DecisionClass, quoteVendor, retryAfterMs } from '../answer.ts';
import type { HttpAnswer, HttpOutcome } from '../http.ts';

/** `data` is what the query asked for, unchecked. */
export type AdminVerdict =
  | { readonly kind: 'data'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly decision: Decision };

/** What the gateway asks for when it does not say how long (CloudCart API 7.6: 60 a minute). */
const WINDOW_MS = 60_000;

/**
 * The one place that turns an answer of the admin interface into what to do (CloudCart API 7.6). Errors of a query come
 * under HTTP 200, also the one that says that the token is not known.
 */
export function decideAdmin(outcome: HttpOutcome, write: boolean, nowMs: number): AdminVerdict {
  const unclear: DecisionClass = write ? 'unknown_outcome' : 'retry';
  if (outcome.kind === 'failure') {
    const known = !outcome.sent;
    return verdict(known ? 'retry' : unclear, outcome.reason, `the shop did not answer (${outcome.code})`);
  }
  const body = readBody(outcome);
  const messages = messagesOf(body);
  const text = messages.length === 0 ? `HTTP ${outcome.status}` : quoteVendor(messages.join('; '));
  const { status } = outcome;
  if (status === 429)
    return verdict(
      'retry_after',
      'http_429',
      'the requests of the admin interface are used up for this minute',
      retryAfterMs(outcome.headers, nowMs) ?? WINDOW_MS,
    );
  if (status === 401 || messages.some((each) => /unauthenticated/i.test(each)))
    return verdict('auth', 'token', 'the shop does not accept the admin token');
  if (status === 403 || messages.some((each) => /unauthorized|forbidden/i.test(each)))
    return verdict('auth', 'scope', `the admin token may not do this (${text})`);
  if (status === 503) return verdict('retry_after', 'http_503', `the shop is in maintenance`, WINDOW_MS);
  if (status >= 500 || status === 408) return verdict(unclear, `http_${status}`, `the shop failed (${text})`);
  if (status < 200 || status > 299) return verdict('refused', `http_${status}`, `the shop refused (${text})`);
  if (body === undefined) return verdict(unclear, 'not_json', 'the shop answered something that is not JSON');
  const data = body['data'];
  // A resolver that failed after others had worked leaves both: what was done is not known then.
  if (messages.length > 0)
    return data === undefined || data === null
      ? verdict('refused', 'query', `the shop refused the query (${text})`)
      : verdict(unclear, 'partly', `the shop answered only partly (${text})`);
  if (typeof data !== 'object' || data === null)
    return verdict(unclear, 'shape', 'the answer of the shop has no data');
  return { kind: 'data', data: data as Readonly<Record<string, unknown>> };
}

function verdict(decided: DecisionClass, code: string, operator: string, after?: number): AdminVerdict {
  const decision: Decision = { class: decided, code: `cloudcart_admin_${code}`, operator };
  return { kind: 'failed', decision: after === undefined ? decision : { ...decision, retryAfterMs: after } };
}

function readBody(answer: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    const body = JSON.parse(answer.text) as unknown;
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function messagesOf(body: Readonly<Record<string, unknown>> | undefined): string[] {
  const errors = body?.['errors'];
  if (!Array.isArray(errors)) return [];
  return errors.map((each: unknown) => {
    const message = (each as { readonly message?: unknown } | null)?.message;
    return typeof message === 'string' ? message : 'error without a message';
  });
}
